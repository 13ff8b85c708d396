import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import type { EndpointSettings } from '../../contracts/hosting';

/** The endpoint is of another kind than the pipeline's, and an update cannot change that. */
export class EndpointOfOtherKindError extends Error {
  override readonly name = 'EndpointOfOtherKind';
}

/**
 * SageMaker refuses to make an endpoint with instances serverless. The other way it allows, but not back: a
 * release could not be rolled back.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html "Feature exclusions"
 * @throws EndpointOfOtherKindError if a release could not be done, or not be undone
 */
export function checkKind(
  endpoint: DescribeEndpointCommandOutput | undefined,
  { kind }: Pick<EndpointSettings, 'kind'>,
): void {
  const [variant] = endpoint?.ProductionVariants ?? [];
  if (!variant) return;
  const isServerless = variant.CurrentServerlessConfig !== undefined;
  if (isServerless === (kind === 'serverless')) return;
  const { EndpointName: name, EndpointConfigName: config } = endpoint ?? {};
  throw new EndpointOfOtherKindError(
    `the endpoint '${name}' ${isServerless ? 'is serverless, and the pipeline now has instances' : 'has instances, and the pipeline is now serverless'}: SageMaker cannot convert one into the other and back, so that no release could be rolled back; deploy a pipeline with another name beside it; or, if requests may fail for some minutes, delete the endpoint and its config, and the next release recreates it: aws sagemaker delete-endpoint --endpoint-name ${name} && aws sagemaker delete-endpoint-config --endpoint-config-name ${config}`,
  );
}
