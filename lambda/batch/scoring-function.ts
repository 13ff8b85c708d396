import type { S3Client } from '@aws-sdk/client-s3';
import { ArtifactStore } from '../aws/store';
import type { ScorePartProps } from './score-part';

/** What a function scores parts with, whatever predicts. */
export function scoringFunction(
  s3: S3Client,
  store: ArtifactStore,
  batchName: string,
): Omit<ScorePartProps, 'predictorOf'> {
  return {
    batchName,
    store,
    inputOf: (bucket) => new ArtifactStore(s3, bucket),
    stopwatch: () => performance.now(),
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    memoryMebibytes: Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0),
  };
}
