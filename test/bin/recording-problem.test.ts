import type { DataCaptureConfigSummary } from '@aws-sdk/client-sagemaker';
import { recordingProblem } from '../../bin/cli/recording-problem';

const problem = (capture?: object) =>
  recordingProblem({ DataCaptureConfig: capture as DataCaptureConfigSummary | undefined }, 'churn-data');

test('an endpoint that records in the bucket of its pipeline has no problem, and neither has one that does not exist', () => {
  expect(problem({ EnableCapture: true, DestinationS3Uri: 's3://churn-data/capture' })).toBeUndefined();
  expect(problem({ EnableCapture: true, DestinationS3Uri: 's3://churn-data/capture/' })).toBeUndefined();
  expect(recordingProblem(undefined, 'churn-data')).toBeUndefined();
});

test('a serverless endpoint is not monitored, and no release changes that', () => {
  const ProductionVariants = [{ VariantName: 'blue', CurrentServerlessConfig: { MemorySizeInMB: 2048 } }];
  expect(recordingProblem({ ProductionVariants } as object, 'churn-data')).toBe(
    'SageMaker does not record the requests of a serverless endpoint, so their drift and quality are not monitored',
  );
});

test('an endpoint that records nothing, or elsewhere, is not monitored, and the text says what to do', () => {
  for (const capture of [undefined, { EnableCapture: false }])
    expect(problem(capture)).toMatch(/^its requests are not recorded, .* a release turns the recording on/);
  expect(problem({ EnableCapture: true, DestinationS3Uri: 's3://theirs/requests' })).toBe(
    'its requests are recorded in s3://theirs/requests, where the pipeline does not read, so their drift and quality are not monitored: a release has them recorded in s3://churn-data/capture',
  );
});
