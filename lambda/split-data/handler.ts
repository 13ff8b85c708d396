import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { splitSettings } from '../domain/data/splits/split-settings';
import { splitData } from './split-data';

const { bucketName, settings } = readEnvironment(
  'split-data',
  z.object({
    label: z.string(),
    holdoutFraction: z.number(),
    split: splitSettings,
    duplicates: z.enum(['keep', 'drop', 'stop']),
    ignoredColumns: z.array(z.string()),
    judgedBy: z.array(z.string()),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);

/** Splits a snapshot into training data and holdout. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['split-data']> => {
  return splitData(event, { store, ...settings });
});
