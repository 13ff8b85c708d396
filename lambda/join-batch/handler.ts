import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { requestSchema } from '../aws/request-schema';
import { ArtifactStore } from '../aws/store';
import { scorePart } from '../batch/score-part';
import { scoringFunction } from '../batch/scoring-function';
import { batchPart } from '../domain/batch/batch-documents';
import { checkDocument } from '../domain/records/document';
import { transformPredictor } from './transform-predictor';

const { bucketName, settings } = readPartEnvironment('join-batch', z.object({ batchName: z.string() }));
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const props = {
  ...scoringFunction(s3, store, settings.batchName),
  predictorOf: transformPredictor(store, settings.batchName),
};
const request = requestSchema('join-batch', batchPart);

/** Joins the rows of one part of a run with what the container has answered. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['join-batch']> => {
  return scorePart(checkDocument(request, event, 'request to join a part'), props);
});
