import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker';

/**
 * Why an endpoint's requests are not monitored, as those of one that was adopted may not be until a release;
 * undefined if they are recorded where the pipeline reads, or there is no endpoint.
 *
 * @param bucket the pipeline's
 */
export function recordingProblem(
  endpoint: Pick<DescribeEndpointOutput, 'DataCaptureConfig'> | undefined,
  bucket: string,
): string | undefined {
  if (!endpoint) return undefined;
  const { EnableCapture, DestinationS3Uri = '' } = endpoint.DataCaptureConfig ?? {};
  if (!EnableCapture)
    return 'its requests are not recorded, so their drift and quality are not monitored: a release turns the recording on, unless hosting.capturePercentage is 0';
  return DestinationS3Uri.replace(/\/$/, '') === `s3://${bucket}/capture`
    ? undefined
    : `its requests are recorded in ${DestinationS3Uri}, where the pipeline does not read, so their drift and quality are not monitored: a release has them recorded in s3://${bucket}/capture`;
}
