import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { loggedHandler } from '../aws/logged-handler';
import { MetricPublisher } from '../aws/metrics';
import { ArtifactStore } from '../aws/store';
import { batchRunRequest } from '../domain/batch/batch-run-request';
import { checkDocument } from '../domain/records/document';
import { finishBatch } from './finish-batch';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'finish-batch',
  z.object({ batchName: z.string(), metricNamespace: z.string() }),
);
const { batchName, metricNamespace } = settings;
const props = {
  batchName,
  store: new ArtifactStore(new S3Client(), bucketName),
  metrics: new MetricPublisher(new CloudWatchClient(), metricNamespace, pipelineName, { Batch: batchName }),
  events: new EventBus(new EventBridgeClient(), pipelineName),
  now: () => new Date(),
};

/** Ends a run of a batch: checks that no row is missing, and writes its manifest. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['finish-batch']> => {
  const { run } = checkDocument(batchRunRequest, event, 'request to finish a run');
  return finishBatch(run, props);
});
