import { Stack, Token } from 'aws-cdk-lib';
import { ModelPipelineBase } from '../model-pipeline-base';
import { PipelineIdentity } from './pipeline-identity';

/** The other pipelines that the app deploys: an imported one has no identity here. */
export function pipelinesBeside(pipeline: ModelPipelineBase): ModelPipelineBase[] {
  return pipeline.node.root.node
    .findAll()
    .filter((each): each is ModelPipelineBase => each instanceof ModelPipelineBase && each !== pipeline)
    .filter((each) => each.node.children.some((child) => child instanceof PipelineIdentity));
}

/** Another pipeline of the app that would have the same endpoint, registry and parameters. */
export function findNamesake(
  pipeline: ModelPipelineBase,
  pipelineName: string,
): ModelPipelineBase | undefined {
  if (Token.isUnresolved(pipelineName)) return undefined;
  return pipelinesBeside(pipeline).find(
    (other) => other.pipelineName === pipelineName && isSamePlace(Stack.of(other), Stack.of(pipeline)),
  );
}

/** Stacks whose place is known only when they are deployed may go to different ones. */
function isSamePlace(a: Stack, b: Stack): boolean {
  if (a === b) return true;
  const isKnown = ![a.account, a.region].some((part) => Token.isUnresolved(part));
  return isKnown && a.account === b.account && a.region === b.region;
}
