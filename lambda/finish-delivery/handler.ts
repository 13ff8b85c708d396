import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { MetricPublisher } from '../aws/metrics';
import { ArtifactStore } from '../aws/store';
import { batchRunRequest } from '../domain/batch/batch-run-request';
import { checkDocument } from '../domain/records/document';
import { finishDelivery } from './finish-delivery';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'finish-delivery',
  z.object({ batchName: z.string(), metricNamespace: z.string(), sinks: z.array(z.string()) }),
);
const { batchName, metricNamespace, sinks } = settings;
const props = {
  batchName,
  sinks,
  store: new ArtifactStore(new S3Client(), bucketName),
  metrics: new MetricPublisher(new CloudWatchClient(), metricNamespace, pipelineName, { Batch: batchName }),
  now: () => new Date(),
};

/** Ends the delivery of a run: checks that no part is left, and counts rows. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['finish-delivery']> => {
  const { run } = checkDocument(batchRunRequest, event, 'request to finish the delivery of a run');
  return finishDelivery(run, props);
});
