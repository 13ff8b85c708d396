import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { requestSchema } from '../aws/request-schema';
import { ArtifactStore } from '../aws/store';
import { batchPart } from '../domain/batch/batch-documents';
import { checkDocument } from '../domain/records/document';
import { preparePart } from './prepare-part';

const { bucketName, settings } = readPartEnvironment('prepare-batch', z.object({ batchName: z.string() }));
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const request = requestSchema('prepare-batch', batchPart);

/** Writes the rows of one part of a run as a container takes them. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['prepare-batch']> => {
  const part = checkDocument(request, event, 'request to prepare a part');
  const { batchName } = settings;
  return preparePart(part, { batchName, store, inputOf: (bucket) => new ArtifactStore(s3, bucket) });
});
