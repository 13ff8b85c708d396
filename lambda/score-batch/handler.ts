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
import { LoadedModels } from '../inference/loaded-models';
import { RegisteredModels } from '../inference/registered-models';
import { BATCH_MODEL, onnxPredictor } from './onnx-predictor';

const { bucketName, settings } = readPartEnvironment('score-batch', z.object({ batchName: z.string() }));
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const props = {
  ...scoringFunction(s3, store, settings.batchName),
  predictorOf: onnxPredictor(new LoadedModels(new RegisteredModels(store), BATCH_MODEL)),
};
const request = requestSchema('score-batch', batchPart);

/** Scores the rows of one part of a run. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['score-batch']> => {
  return scorePart(checkDocument(request, event, 'request to score a part'), props);
});
