import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { batchRunRequest } from '../domain/batch/batch-run-request';
import { checkDocument } from '../domain/records/document';
import { planBatch } from './plan-batch';

const { bucketName, settings } = readPartEnvironment(
  'plan-batch',
  z.object({
    batchName: z.string(),
    routingParameter: z.string(),
    input: z.object({ bucket: z.string(), prefix: z.string() }),
    output: z.object({ format: z.enum(['csv', 'jsonl']), columns: z.array(z.string()) }),
    partBytes: z.number(),
  }),
);
const s3 = new S3Client();
const props = {
  ...settings,
  store: new ArtifactStore(s3, bucketName),
  inputStore: new ArtifactStore(s3, settings.input.bucket),
  routing: new RoutingStore(new SSMClient(), settings.routingParameter),
  now: () => new Date(),
};

/** Plans a run of a batch: what it reads, with which version, and in which parts. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['plan-batch']> => {
  const { run } = checkDocument(batchRunRequest, event, 'request to plan a run');
  return planBatch(run, props);
});
