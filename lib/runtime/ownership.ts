import { Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TagSettings } from '../../contracts/functions/release';
import { arn } from './arn';
import { generatedNamePrefix, type PipelineContext } from './pipeline-context';
import type { PipelineFunction } from './pipeline-function';

type Owner = Pick<PipelineContext, 'pipelineName' | 'ownerId'>;

/** Key of the tag that names the pipeline; the functions know it, too. */
export const NAME_TAG = 'model-pipeline';
const ID_TAG = 'model-pipeline-id';

/**
 * Tags of everything that a pipeline makes in SageMaker: those by which it is known as the pipeline's own,
 * and those that `Tags.of()` gives to the stack or the pipeline. The registry has the latter, and tells them
 * when the app is synthesized.
 */
export function tagsOf(context: PipelineContext): readonly TagSettings[] {
  const { registry } = context;
  const tags = Lazy.any({
    produce: () => {
      const inherited = { ...Stack.of(registry).tags.tagValues(), ...registry._group.tags.tagValues() };
      return Object.entries({ ...inherited, ...ownerTags(context) }).map(([Key, Value]) => ({ Key, Value }));
    },
  });
  // It is written out with what it is part of, as any list would be.
  return tags as unknown as readonly TagSettings[];
}

/**
 * ARN of the pipeline's endpoint. SageMaker writes names in lower case into ARNs, and one that was adopted
 * may have others.
 */
export function endpointArn(
  scope: Construct,
  { endpointName }: Pick<PipelineContext, 'endpointName'>,
): string {
  return arn(scope, 'sagemaker', `endpoint/${endpointName.toLowerCase()}`);
}

/**
 * ARNs of endpoint configs that may serve: those that the pipeline makes, and the one of an adopted endpoint.
 */
export function servingConfigArns(scope: Construct, context: PipelineContext): string[] {
  const { adopted } = context;
  return [generatedArn(scope, 'endpoint-config', context), ...(adopted ? [adopted.endpointConfigArn] : [])];
}

/** ARNs of models that may serve: those that the pipeline makes, and the one of an adopted endpoint. */
export function servingModelArns(scope: Construct, context: PipelineContext): string[] {
  const { adopted } = context;
  return [generatedArn(scope, 'model', context), ...(adopted ? [adopted.modelArn] : [])];
}

/**
 * Pattern of the ARNs of all that a pipeline makes under generated names. Names of other pipelines may begin
 * alike, so what changes or deletes something needs {@link madeBy} as well.
 */
export function generatedArn(scope: Construct, kind: string, { pipelineName }: Owner): string {
  const prefix = generatedNamePrefix(pipelineName);
  return arn(scope, 'sagemaker', `${kind}/${prefix}${prefix === pipelineName ? '-' : ''}*`);
}

/**
 * IAM's condition that the pipeline made the resource, which endpoints, endpoint configs, models and jobs
 * support.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function madeBy(owner: Owner): Record<string, unknown> {
  return { StringEquals: keysOf('aws:ResourceTag', owner) };
}

/**
 * IAM's condition that no other pipeline made the resource: for calls of which AWS does not say whether IAM
 * gets to know its tags. Unlike {@link madeBy}, it holds for a resource without tags.
 */
export function notMadeByAnother(owner: Owner): Record<string, unknown> {
  return { StringEqualsIfExists: keysOf('aws:ResourceTag', owner) };
}

/** IAM's condition that what is made gets the pipeline's tags. */
export function madeFor(owner: Owner): Record<string, unknown> {
  return { StringEquals: keysOf('aws:RequestTag', owner) };
}

/**
 * IAM's condition that tags are given to what is just made by one of the actions, and to nothing that is
 * there.
 *
 * @see
 * https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#grant-tagging-permissions
 */
export function taggedBy(...actions: string[]): Record<string, unknown> {
  return { StringEquals: { 'sagemaker:TaggingAction': actions } };
}

/**
 * Lets a function rebuild a lost routing document from the last release that began, the ledger and the
 * pipeline's endpoint.
 *
 * @param hasEndpoint false where a function serves alone
 */
export function canRecoverRouting(
  handler: PipelineFunction,
  context: PipelineContext,
  hasEndpoint: boolean,
): void {
  handler.canRead('releases/');
  canRecoverRoutingOfRelease(handler, context, hasEndpoint);
}

/** As {@link canRecoverRouting}, for a function that knows the last release. */
export function canRecoverRoutingOfRelease(
  handler: PipelineFunction,
  context: PipelineContext,
  hasEndpoint: boolean,
): void {
  handler.canRead('ledger/').canListVersions().canWrite('routing/').canChangeRouting();
  if (!hasEndpoint) return;
  handler
    .allow(LOOKING_AT_ENDPOINT, [endpointArn(handler, context)])
    .allow(['sagemaker:DescribeEndpointConfig'], servingConfigArns(handler, context))
    .allow(['sagemaker:DescribeModel'], servingModelArns(handler, context));
}

/** Lets a function find the endpoint, endpoint configs and models that the pipeline made, and delete them. */
export function canDeleteWhatIsMade(handler: PipelineFunction, context: PipelineContext): void {
  const endpoint = endpointArn(handler, context);
  const config = generatedArn(handler, 'endpoint-config', context);
  const model = generatedArn(handler, 'model', context);
  handler
    .allow(LISTING_WHAT_IS_MADE, ['*'])
    .allow(['sagemaker:DescribeEndpoint'], [endpoint])
    .allow(['sagemaker:ListTags'], [endpoint, config, model])
    .allow(['sagemaker:DeleteEndpoint'], [endpoint], madeBy(context))
    .allow(['sagemaker:DeleteEndpointConfig'], [config], madeBy(context))
    .allow(['sagemaker:DeleteModel'], [model], madeBy(context))
    // With the endpoint, AWS deregisters its variants in the name of who deletes it.
    .canScale('DeregisterScalableTarget');
}

/** Lets a function take the pipeline's tags from its adopted endpoint, and from what that runs on. */
export function canLeaveWhatServes(handler: PipelineFunction, context: PipelineContext): void {
  handler
    .allow(
      ['sagemaker:DeleteTags'],
      [
        endpointArn(handler, context),
        generatedArn(handler, 'endpoint-config', context),
        generatedArn(handler, 'model', context),
      ],
      madeBy(context),
    )
    // Of what the endpoint runs on that the pipeline did not make, which has no tags of it.
    .allow(
      ['sagemaker:ListTags'],
      [...servingConfigArns(handler, context), ...servingModelArns(handler, context)],
    );
}

/**
 * Neither call can be limited to names or tags: their actions have no resource types. They show names, times
 * and statuses.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export const LISTING_WHAT_IS_MADE = ['sagemaker:ListEndpointConfigs', 'sagemaker:ListModels'];

/** What distinguishes the pipeline's endpoint from any other. */
export const LOOKING_AT_ENDPOINT = ['sagemaker:DescribeEndpoint', 'sagemaker:ListTags'];

export function ownerTags({ pipelineName, ownerId }: Owner): { [key: string]: string } {
  return { [NAME_TAG]: pipelineName, [ID_TAG]: ownerId };
}

function keysOf(conditionKey: string, owner: Owner): { [key: string]: string } {
  return Object.fromEntries(
    Object.entries(ownerTags(owner)).map(([tag, value]) => [`${conditionKey}/${tag}`, value]),
  );
}
