import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker';
import { recordingOf } from '../../lambda/domain/traffic/recording';

/**
 * Why an endpoint's requests are not monitored, as those of one that was adopted may not be until a release;
 * undefined if they are recorded where the pipeline reads, or there is no endpoint.
 *
 * @param bucket the pipeline's
 */
export function recordingProblem(
  endpoint:
    | Pick<DescribeEndpointOutput, 'DataCaptureConfig' | 'ProductionVariants' | 'AsyncInferenceConfig'>
    | undefined,
  bucket: string,
): string | undefined {
  if (!endpoint) return undefined;
  if (endpoint.AsyncInferenceConfig) {
    return 'requests to an asynchronous endpoint are not recorded, so their drift and quality are not monitored';
  }
  if (endpoint.ProductionVariants?.[0]?.CurrentServerlessConfig) {
    return 'SageMaker does not record the requests of a serverless endpoint, so their drift and quality are not monitored';
  }
  const folder = `s3://${bucket}/capture`;
  const recording = recordingOf(endpoint.DataCaptureConfig, folder);
  if (recording === 'none')
    return 'its requests are not recorded, so their drift and quality are not monitored: a release turns the recording on, unless hosting.capturePercentage is 0';
  return recording === 'here'
    ? undefined
    : `its requests are recorded in ${endpoint.DataCaptureConfig?.DestinationS3Uri}, where the pipeline does not read, so their drift and quality are not monitored: a release has them recorded in ${folder}`;
}
