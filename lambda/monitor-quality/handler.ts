import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { isAlarm } from '../aws/alarm-notice';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { logger } from '../aws/logger';
import { MetricPublisher } from '../aws/metrics';
import { SinkQueues } from '../aws/sinks/sink-queues';
import { ArtifactStore } from '../aws/store';
import { Topic } from '../aws/topic';
import { modelToWatch, watchedModelSource } from '../aws/watched-models/watched-model-source';
import { metricSettings } from '../domain/metrics/metric-by-settings';
import { problemSettings } from '../domain/metrics/problem';
import type { QualityDocument } from '../domain/quality/quality-document';
import { monitorQuality } from './monitor-quality';
import { tellQuality } from './tell-quality';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'monitor-quality',
  z.object({
    model: modelToWatch,
    problem: problemSettings,
    policy: z.object({
      metric: metricSettings,
      tolerance: z.optional(z.number()),
      alpha: z.number(),
      minimumLabels: z.number(),
    }),
    labels: z.enum(['first', 'last']),
    slices: z.array(z.string()),
    fairness: z.array(z.string()),
    conceptDrift: z.enum(['adwin', 'ddm', 'pageHinkley']),
    windowHours: z.number(),
    metricNamespace: z.string(),
    alert: z.object({ topicArn: z.string(), remedy: z.string(), runbook: z.optional(z.string()) }),
    sinkQueueUrls: z.array(z.string()),
  }),
);
const { metricNamespace, model, alert, sinkQueueUrls, ...watched } = settings;
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const source = watchedModelSource(model, s3, bucketName);
const metrics = new MetricPublisher(new CloudWatchClient(), metricNamespace, pipelineName);
const sinks = new SinkQueues(new SQSClient(), sinkQueueUrls);
const topic = new Topic(new SNSClient(), alert.topicArn);

/**
 * Measures how right a model was, as far as labels have arrived. When the alarm goes off, notifies people of
 * what has fallen.
 */
export const handler = loggedHandler(async (event): Promise<QualityDocument | undefined> => {
  if (isAlarm(event)) {
    const { remedy, runbook } = alert;
    await tellQuality(event, { pipelineName, bucketName, store, source, topic, remedy, runbook });
    return undefined;
  }
  const report = await monitorQuality(event, { pipelineName, store, source, metrics, sinks, ...watched });
  // Nobody reads the answer to an event.
  logger.info('the quality was measured', { report });
  return report;
});
