import type { Construct } from 'constructs';
import { generatedNamePrefix, type PipelineContext } from './pipeline-context';
import { arn, type PipelineFunction } from './pipeline-function';

type Owner = Pick<PipelineContext, 'pipelineName' | 'ownerId'>;

/** Key of the tag that names the pipeline; the functions know it, too. */
export const NAME_TAG = 'model-pipeline';
const ID_TAG = 'model-pipeline-id';

/** Tags by which everything that a pipeline makes of SageMaker's is known as its own. */
export function tagsOf(owner: Owner): { Key: string; Value: string }[] {
  return Object.entries(ownerTags(owner)).map(([Key, Value]) => ({ Key, Value }));
}

/** ARN of the pipeline's endpoint. */
export function endpointArn(scope: Construct, { pipelineName }: Owner): string {
  return arn(scope, 'sagemaker', `endpoint/${pipelineName}`);
}

/**
 * Pattern of the ARNs of all that a pipeline makes under generated names. Names of other pipelines may begin alike, so what changes or deletes
 * something needs {@link madeBy} as well.
 */
export function generatedArn(scope: Construct, kind: string, { pipelineName }: Owner): string {
  const prefix = generatedNamePrefix(pipelineName);
  return arn(scope, 'sagemaker', `${kind}/${prefix}${prefix === pipelineName ? '-' : ''}*`);
}

/**
 * IAM's condition that the pipeline made the resource, which endpoints, endpoint configs, models and jobs support.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function madeBy(owner: Owner): Record<string, unknown> {
  return { StringEquals: keysOf('aws:ResourceTag', owner) };
}

/** IAM's condition that what is made gets the pipeline's tags. */
export function madeFor(owner: Owner): Record<string, unknown> {
  return { StringEquals: keysOf('aws:RequestTag', owner) };
}

/**
 * IAM's condition that tags are given to what is just made by one of the actions, and to nothing that is there.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#grant-tagging-permissions
 */
export function taggedBy(...actions: string[]): Record<string, unknown> {
  return { StringEquals: { 'sagemaker:TaggingAction': actions } };
}

/**
 * Lets a function rebuild a lost routing document from the ledger and the pipeline's endpoint.
 *
 * @param hasEndpoint false where a function serves alone
 */
export function canRecoverRouting(
  handler: PipelineFunction,
  context: PipelineContext,
  hasEndpoint: boolean,
): void {
  handler.canRead('ledger/', 'releases/').canListVersions().canWrite('routing/').canChangeRouting();
  if (!hasEndpoint) return;
  handler
    .allow(LOOKING_AT_ENDPOINT, [endpointArn(handler, context)])
    .allow(
      ['sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel'],
      [generatedArn(handler, 'endpoint-config', context), generatedArn(handler, 'model', context)],
    );
}

/** What it takes to tell the pipeline's endpoint from somebody else's. */
export const LOOKING_AT_ENDPOINT = ['sagemaker:DescribeEndpoint', 'sagemaker:ListTags'];

export function ownerTags({ pipelineName, ownerId }: Owner): { [key: string]: string } {
  return { [NAME_TAG]: pipelineName, [ID_TAG]: ownerId };
}

function keysOf(conditionKey: string, owner: Owner): { [key: string]: string } {
  return Object.fromEntries(
    Object.entries(ownerTags(owner)).map(([tag, value]) => [`${conditionKey}/${tag}`, value]),
  );
}
