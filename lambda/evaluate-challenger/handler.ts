import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ArtifactStore } from '../aws/store';
import { type ChallengerEvaluation, evaluateChallenger } from './evaluate-challenger';

const { pipelineName, bucketName, settings } = readEnvironment(
  z.object({
    policy: z.object({
      alpha: z.optional(z.number()),
      margin: z.optional(z.number()),
      floor: z.optional(z.number()),
      minimumRowsPerClass: z.optional(z.number()),
    }),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);

/** Compares challenger and champion on the same holdout. */
export async function handler(event: unknown): Promise<ChallengerEvaluation> {
  return evaluateChallenger(event, { pipelineName, store, policy: settings.policy });
}
