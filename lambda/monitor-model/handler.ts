import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { logger } from '../aws/logger';
import { MetricPublisher } from '../aws/metrics';
import { ArtifactStore } from '../aws/store';
import { modelToWatch, watchedModelSource } from '../aws/watched-models/watched-model-source';
import { type MonitoredHour, monitor } from './monitor';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'monitor-model',
  z.object({
    model: modelToWatch,
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
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const source = watchedModelSource(settings.model, s3, bucketName);
const metrics = new MetricPublisher(new CloudWatchClient(), settings.metricNamespace, pipelineName);

/**
 * Profiles the last hour of traffic, and measures how far the last day has drifted from the training data.
 */
export const handler = loggedHandler(async (event): Promise<MonitoredHour> => {
  const { policy, window, ignoredFeatures } = settings;
  const result = await monitor(event, { store, source, metrics, policy, window, ignoredFeatures });
  // Nobody reads the answer to an event.
  logger.info('the hour was profiled', { result });
  return result;
});
