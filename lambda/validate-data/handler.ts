import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ArtifactStore } from '../aws/store';
import { type DataValidation, validateData } from './validate-data';

const { bucketName, settings } = readEnvironment(z.object({ label: z.string(), minimumRows: z.number() }));
const store = new ArtifactStore(new S3Client(), bucketName);

/** Looks for what would spoil a training. */
export async function handler(event: unknown): Promise<DataValidation> {
  return validateData(event, { store, ...settings });
}
