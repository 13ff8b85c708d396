import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ArtifactStore } from '../aws/store';
import { type Snapshot, snapshotData } from './snapshot-data';

const { bucketName } = readEnvironment('snapshot-data', z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);

/** Pins the current training data by their S3 versions. */
export async function handler(): Promise<Snapshot> {
  return snapshotData(store);
}
