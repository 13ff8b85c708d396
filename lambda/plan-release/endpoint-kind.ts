import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import type { EndpointSettings } from '../../contracts/hosting';

/** The endpoint is of another kind than the pipeline's, and an update cannot change that. */
export class EndpointOfOtherKindError extends Error {
  override readonly name = 'EndpointOfOtherKind';
}

type Kind = EndpointSettings['kind'];

const IN_WORDS: Readonly<Record<Kind, string>> = {
  realTime: 'a real-time endpoint with instances',
  serverless: 'serverless',
  asynchronous: 'asynchronous',
};

/**
 * SageMaker refuses to make an endpoint with instances serverless. The other way it allows, but not back: a
 * release could not be rolled back. That an update makes an endpoint asynchronous, or no longer so, it does
 * not document.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html "Feature exclusions"
 * @throws EndpointOfOtherKindError if a release could not be done, or not be undone
 */
export function checkKind(
  endpoint: DescribeEndpointCommandOutput | undefined,
  { kind: wanted }: Pick<EndpointSettings, 'kind'>,
): void {
  if (!endpoint?.ProductionVariants?.length) return;
  const kind = kindOf(endpoint);
  if (kind === wanted) return;
  const { EndpointName: name, EndpointConfigName: config } = endpoint;
  throw new EndpointOfOtherKindError(
    `the endpoint '${name}' is ${IN_WORDS[kind]}, and servedBy now says ${IN_WORDS[wanted]}: SageMaker cannot convert one into the other and back, so that no release could be rolled back; deploy a pipeline with another name beside it; or, if requests may fail for some minutes, delete the endpoint and its config, and the next release recreates them: aws sagemaker delete-endpoint --endpoint-name ${name} && aws sagemaker delete-endpoint-config --endpoint-config-name ${config}`,
  );
}

function kindOf({ ProductionVariants, AsyncInferenceConfig }: DescribeEndpointCommandOutput): Kind {
  if (ProductionVariants?.[0]?.CurrentServerlessConfig) return 'serverless';
  return AsyncInferenceConfig ? 'asynchronous' : 'realTime';
}
