import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { CaptureRecorder } from './capture-recorder';
import { type HttpAnswer, type Inference, infer } from './infer';
import { InferenceMetrics } from './inference-metrics';
import { LiveRouting } from './live-routing';
import { LoadedModels } from './loaded-models';

const { pipelineName, bucketName, routingParameter, settings } = readEnvironment(
  z.object({
    maximumRoutingAgeSeconds: z.number(),
    capturePercentage: z.number(),
    /** Left out, it is the function's name. */
    captureFolder: z.optional(z.string()),
    metricNamespace: z.string(),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const now = () => new Date();
const props = {
  routing: new LiveRouting({
    routing: new RoutingStore(new SSMClient(), routingParameter),
    maximumAgeSeconds: settings.maximumRoutingAgeSeconds,
    now,
  }),
  models: new LoadedModels(store),
  metrics: new InferenceMetrics({
    pipelineName,
    namespace: settings.metricNamespace,
    write: console.log,
    now,
  }),
  recorder: new CaptureRecorder({
    store,
    folder: settings.captureFolder ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? pipelineName,
    percentage: settings.capturePercentage,
  }),
  random: Math.random,
  now,
  stopwatch: () => performance.now(),
};

/** Answers with the version in production, and some requests with the one that is being released. */
export async function handler(
  event: unknown,
  { awsRequestId }: { readonly awsRequestId: string },
): Promise<Inference | HttpAnswer> {
  return infer(event, { ...props, eventId: awsRequestId });
}
