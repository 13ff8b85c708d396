import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { gatePolicy } from '../domain/gate/gate-policy';
import { evaluateChallenger } from './evaluate-challenger';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'evaluate-challenger',
  z.object({
    policy: gatePolicy,
    judgedBy: z.object({ weightColumn: z.optional(z.string()), groupColumn: z.optional(z.string()) }),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);

/** Compares challenger and champion on the same holdout. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['evaluate-challenger']> => {
  return evaluateChallenger(event, { pipelineName, store, ...settings });
});
