import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { problemSettings } from '../domain/metrics/problem';
import { profileBaseline } from './profile-baseline';

const { bucketName, settings } = readEnvironment(
  'profile-baseline',
  z.object({ problem: problemSettings, servesByFunction: z.boolean() }),
);
const store = new ArtifactStore(new S3Client(), bucketName);

/** Profiles the training data and predictions, against which drift is measured. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['profile-baseline']> => {
  return profileBaseline(event, { store, ...settings });
});
