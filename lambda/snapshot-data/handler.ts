import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { snapshotData } from './snapshot-data';

const { bucketName } = readEnvironment('snapshot-data', z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);

/** Pins the current training data by their S3 versions. */
export const handler = loggedHandler(async (): Promise<FunctionAnswers['snapshot-data']> => {
  return snapshotData(store);
});
