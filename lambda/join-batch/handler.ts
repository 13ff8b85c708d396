import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { requestSchema } from '../aws/request-schema';
import { ArtifactStore } from '../aws/store';
import { scorePart } from '../batch/score-part';
import { batchPart } from '../domain/batch/batch-documents';
import { checkDocument } from '../domain/records/document';
import { transformPredictor } from './transform-predictor';

const { bucketName, settings } = readPartEnvironment('join-batch', z.object({ batchName: z.string() }));
const { batchName } = settings;
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const predictorOf = transformPredictor(store, batchName);
const request = requestSchema('join-batch', batchPart);

/** Joins the rows of one part of a run with what the container has answered. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['join-batch']> => {
  const part = checkDocument(request, event, 'request to join a part');
  return scorePart(part, {
    batchName,
    store,
    inputOf: (bucket) => new ArtifactStore(s3, bucket),
    stopwatch: () => performance.now(),
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    memoryMebibytes: Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0),
    predictorOf,
  });
});
