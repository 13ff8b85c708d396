import type { Output } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { checkRules } from './conditions';
import { checkReferences } from './dependency-graph';
import { Evaluation, type ResourceValues } from './intrinsics';
import { parameterValues } from './parameters';
import { resourcesInOrder } from './resource-types';
import type { Stack, StackGoal } from './stack';
import type { StackStore } from './stack-store';
import { parseTemplate, type Template } from './template';

/** A goal worked out as far as it can be without touching a resource. */
export interface Plan {
  readonly template: Template;
  readonly evaluation: Evaluation;
  /** Logical ids in the order of deployment, with what each depends on. */
  readonly order: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param resources what is known of the resources; may change while the plan is carried out
 * @throws AwsError `ValidationError` for an invalid template, worded like AWS's
 */
export function planOf(
  cloud: Cloud,
  store: StackStore,
  stack: Pick<Stack, 'id' | 'name'>,
  goal: StackGoal,
  resources: ResourceValues,
): Plan {
  const template = parseTemplate(goal.templateBody);
  checkReferences(template);
  const evaluation = new Evaluation({
    template,
    resources,
    parameters: parameterValues(goal.parameters),
    pseudoParameters: pseudoParameters(cloud, stack, goal),
    exportedValue: (name) => store.tryFindExport(name)?.value,
  });
  checkRules(template, evaluation);
  return { template, evaluation, order: resourcesInOrder(template, evaluation) };
}

/** The outputs whose conditions hold. */
export function outputsOf({ template, evaluation }: Plan): Output[] {
  return Object.entries(template.Outputs)
    .filter(([, { Condition }]) => Condition === undefined || evaluation.condition(Condition))
    .map(([OutputKey, { Value, Description, Export }]) => ({
      OutputKey,
      OutputValue: outputText(OutputKey, evaluation.resolve(Value)),
      ...(Description !== undefined && { Description }),
      ...(Export && { ExportName: String(evaluation.resolve(Export.Name)) }),
    }));
}

/** What `Ref` and `Fn::GetAtt` give for the deployed resources of a stack. */
export function deployedValues(stack: Pick<Stack, 'resources'>): ResourceValues {
  const find = (logicalId: string) => {
    const resource = stack.resources.get(logicalId);
    if (resource?.physicalId !== undefined) return resource;
    throw new AwsError(
      'ValidationError',
      `Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
    );
  };
  return {
    ref: (logicalId) => find(logicalId).physicalId,
    attribute: (logicalId, name) => {
      const { type, attributes } = find(logicalId);
      if (!(name in attributes) || attributes[name] === undefined) {
        throw new AwsError(
          'ValidationError',
          `Template error: resource ${logicalId} (${type}) does not support attribute type ${name} in Fn::GetAtt`,
        );
      }
      return attributes[name];
    },
  };
}

function outputText(key: string, value: unknown): string {
  if (typeof value === 'object' || value === undefined) {
    throw new AwsError(
      'ValidationError',
      `Template format error: Output ${key} is malformed. The Value field of every Outputs member must evaluate to a String.`,
    );
  }
  return String(value);
}

function pseudoParameters(
  cloud: Cloud,
  stack: Pick<Stack, 'id' | 'name'>,
  goal: StackGoal,
): Record<string, unknown> {
  return {
    'AWS::AccountId': cloud.account,
    'AWS::Region': cloud.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': stack.id,
    'AWS::NotificationARNs': goal.notificationArns,
  };
}
