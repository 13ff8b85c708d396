import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { MetricPublisher } from '../aws/metrics';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { type MonitoredHour, monitor } from './monitor';

const { pipelineName, bucketName, routingParameter, settings } = readEnvironment(
  'monitor-model',
  z.object({
    policy: z.object({
      alpha: z.optional(z.number()),
      minimumDistance: z.optional(z.number()),
      minimumRows: z.optional(z.number()),
    }),
    window: z.object({ hours: z.int(), maximumHours: z.int() }),
    ignoredFeatures: z.array(z.string()),
    metricNamespace: z.string(),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const metrics = new MetricPublisher(new CloudWatchClient(), settings.metricNamespace, pipelineName);

/**
 * Profiles the last hour of traffic, and measures how far the last day has drifted from the training data.
 */
export async function handler(event: unknown): Promise<MonitoredHour> {
  const { policy, window, ignoredFeatures } = settings;
  const result = await monitor(event, { store, routing, metrics, policy, window, ignoredFeatures });
  // Nobody reads the answer to an event.
  console.log(JSON.stringify(result));
  return result;
}
