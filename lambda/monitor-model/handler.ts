import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { isAlarm } from '../aws/alarm-notice';
import { AnsweredRequests } from '../aws/answered-requests';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { logger } from '../aws/logger';
import { MetricPublisher } from '../aws/metrics';
import { SinkQueues } from '../aws/sinks/sink-queues';
import { ArtifactStore } from '../aws/store';
import { Topic } from '../aws/topic';
import { modelToWatch, watchedModelSource } from '../aws/watched-models/watched-model-source';
import { driftComparison } from '../domain/traffic/drift-comparison';
import { featurePolicies } from '../domain/traffic/feature-policy';
import { isOfWorkflow, parallelProfiling, timeOfGroupedHour } from './groups-workflow';
import { type MonitoredHour, monitor } from './monitor';
import { tellDrift } from './tell-drift';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'monitor-model',
  z.object({
    model: modelToWatch,
    requests: z.object({
      namespace: z.string(),
      dimensions: z.record(z.string(), z.string()),
      requestCount: z.optional(z.object({ metricName: z.string(), statistic: z.string() })),
    }),
    comparisons: z.array(driftComparison),
    expectedFalseAlarmsPerYear: z.number(),
    policy: z.object({
      minimumDistance: z.optional(z.number()),
      minimumRows: z.optional(z.number()),
      features: z.optional(featurePolicies),
    }),
    ignoredFeatures: z.array(z.string()),
    parallelProfiling: z.optional(
      z.object({ stateMachineArn: z.string(), groupBytes: z.optional(z.number()) }),
    ),
    metricNamespace: z.string(),
    alert: z.object({ topicArn: z.string(), remedy: z.string(), runbook: z.optional(z.string()) }),
    sinkQueueUrls: z.array(z.string()),
  }),
);
const s3 = new S3Client();
const storeOf = (name: string) => new ArtifactStore(s3, name);
const store = storeOf(bucketName);
const source = watchedModelSource(settings.model, s3, bucketName);
const cloudWatch = new CloudWatchClient();
const metrics = new MetricPublisher(cloudWatch, settings.metricNamespace, pipelineName);
const requests = new AnsweredRequests(cloudWatch, settings.requests);

const sinks = new SinkQueues(new SQSClient(), settings.sinkQueueUrls);
const groups = settings.parallelProfiling && parallelProfiling(new SFNClient(), settings.parallelProfiling);
const topic = new Topic(new SNSClient(), settings.alert.topicArn);

/**
 * Profiles the last hour of traffic, and measures how far the latest windows have drifted from their
 * references. Does so once the groups of a large hour are profiled, too. When the alarm goes off, notifies
 * people of what has drifted.
 */
export const handler = loggedHandler(async (event): Promise<MonitoredHour | undefined> => {
  if (isAlarm(event)) {
    const { remedy, runbook } = settings.alert;
    await tellDrift(event, { pipelineName, bucketName, store, source, topic, remedy, runbook });
    return undefined;
  }
  const isAfterGroups = isOfWorkflow(event);
  const hourEvent = isAfterGroups ? timeOfGroupedHour(event) : event;
  if (!hourEvent) return undefined;
  const result = await monitor(hourEvent, {
    pipelineName,
    store,
    source,
    metrics,
    requests,
    plan: settings,
    sinks,
    groups: { storeOf, ...groups },
    isAfterGroups,
  });
  // Nobody reads the answer to an event.
  logger.info('the hour was profiled', { result });
  return result;
});
