import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;

/**
 * What is wrong with the number of resources in the stack of a pipeline, with the way out, which CDK's own
 * message does not have. The first pipeline of the stack tells it.
 */
export function resourceProblems(pipeline: IConstruct, others: readonly IConstruct[]): string[] {
  const stack = Stack.of(pipeline);
  const siblings = others.filter((other) => Stack.of(other) === stack);
  const resources = stack.node
    .findAll()
    .filter((each) => CfnResource.isCfnResource(each) && Stack.of(each) === stack);
  if (resources.length <= MOST_RESOURCES) return [];
  if (siblings.some((other) => other.node.path < pipeline.node.path)) return [];
  const own = resources.filter((each) => each.node.path.startsWith(`${pipeline.node.path}/`)).length;
  return [
    `the stack ${stack.node.path} has ${resources.length} resources, ${own} of them of this pipeline, and CloudFormation takes ${MOST_RESOURCES} a stack: give each pipeline a stack of its own, such as ModelPipelineStack`,
  ];
}
