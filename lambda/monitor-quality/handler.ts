import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { MetricPublisher } from '../aws/metrics';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { problemSettings } from '../domain/metrics/problem';
import { monitorQuality, type QualityReport } from './monitor-quality';

const { pipelineName, bucketName, routingParameter, settings } = readEnvironment(
  'monitor-quality',
  z.object({
    problem: problemSettings,
    policy: z.object({
      metric: z.enum(['auc', 'accuracy', 'logLoss', 'mae']),
      tolerance: z.optional(z.number()),
      alpha: z.number(),
      minimumLabels: z.number(),
    }),
    windowHours: z.number(),
    metricNamespace: z.string(),
  }),
);
const { metricNamespace, ...watched } = settings;
const store = new ArtifactStore(new S3Client(), bucketName);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const metrics = new MetricPublisher(new CloudWatchClient(), metricNamespace, pipelineName);

/** Measures how right the version in production was, as far as labels have arrived. */
export async function handler(event: unknown): Promise<QualityReport> {
  const report = await monitorQuality(event, { store, routing, metrics, ...watched });
  // Nobody reads the answer to an event.
  console.log(JSON.stringify(report));
  return report;
}
