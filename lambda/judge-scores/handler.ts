import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { gatePolicy } from '../domain/gate/gate-policy';
import { judgeScores } from './judge-scores';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'judge-scores',
  z.object({
    policy: gatePolicy,
    judgedBy: z.object({ weightColumn: z.optional(z.string()), groupColumn: z.optional(z.string()) }),
    prefix: z.string(),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);

/** Decides by two files of scores whether a challenger replaces the champion. */
export const handler = loggedHandler(
  (event): Promise<FunctionAnswers['judge-scores']> =>
    judgeScores(event, { modelName: pipelineName, store, ...settings }),
);
