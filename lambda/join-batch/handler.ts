import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { requestSchema } from '../aws/request-schema';
import { ArtifactStore } from '../aws/store';
import { type ScorePartProps, scorePart } from '../batch/score-part';
import { scoringFunction } from '../batch/scoring-function';
import { batchPart } from '../domain/batch/batch-documents';
import { checkDocument } from '../domain/records/document';
import { sparkPredictor } from './spark-predictor';
import { transformPredictor } from './transform-predictor';

const { bucketName, settings } = readPartEnvironment('join-batch', z.object({ batchName: z.string() }));
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const predictors = {
  spark: sparkPredictor(store, settings.batchName),
  transform: transformPredictor(store, settings.batchName),
};
const props: ScorePartProps = {
  ...scoringFunction(s3, store, settings.batchName),
  predictorOf: (part, input) =>
    predictors[input.plan.engine === 'spark' ? 'spark' : 'transform'](part, input),
};
const request = requestSchema('join-batch', batchPart);

/** Joins the rows of one part of a run with what the job has answered. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['join-batch']> => {
  return scorePart(checkDocument(request, event, 'request to join a part'), props);
});
