import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { RegisteredExtension } from '../aws/registered-extension';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { AfterAnswer } from './after-answer';
import { answerCopy } from './answer-copy';
import { CaptureRecorder } from './capture-recorder';
import { type HttpAnswer, type Inference, infer } from './infer';
import { InferenceMetrics } from './inference-metrics';
import { LiveRouting } from './live-routing';
import { LoadedModels } from './loaded-models';
import { RequestCopier } from './request-copier';
import { copyIn } from './request-copy';
import { ShadowFunction } from './shadow-function';

const { pipelineName, bucketName, routingParameter, settings } = readEnvironment(
  'serverless-inference',
  z.object({
    maximumRoutingAgeSeconds: z.number(),
    capturePercentage: z.number(),
    /** Left out, it is the function's name. */
    captureFolder: z.optional(z.string()),
    metricNamespace: z.string(),
    /**
     * What answers copies of requests while a version is a shadow, and their share; left out if nothing does.
     */
    shadow: z.optional(z.object({ functionName: z.string(), sampleShare: z.number() })),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const now = () => new Date();
const metrics = new InferenceMetrics({
  pipelineName,
  namespace: settings.metricNamespace,
  // By `console`, Lambda's JSON format would nest the line, and CloudWatch would find no metric in it.
  write: (line) => process.stdout.write(`${line}\n`),
  now,
});
const recorder = new CaptureRecorder({
  store,
  folder: settings.captureFolder ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? pipelineName,
  percentage: settings.capturePercentage,
  now,
  onFailure: () => metrics.countCaptureFailure(),
});
const afterAnswer = new AfterAnswer(
  (signal) => recorder.flush(signal),
  () => Date.now(),
);
const props = {
  routing: new LiveRouting({
    routing: new RoutingStore(new SSMClient(), routingParameter),
    maximumAgeSeconds: settings.maximumRoutingAgeSeconds,
    now,
  }),
  models: new LoadedModels(store),
  metrics,
  recorder,
  copier:
    settings.shadow &&
    new RequestCopier({
      shadow: new ShadowFunction(settings.shadow.functionName),
      share: settings.shadow.sampleShare,
    }),
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  random: Math.random,
  now,
  stopwatch: () => performance.now(),
};

/**
 * Lets callers have their answers before their requests are recorded. To be awaited before the first
 * invocation.
 */
export async function register(): Promise<void> {
  if (settings.capturePercentage === 0) return;
  const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
  if (!runtimeApi)
    throw new Error('there is no Extensions API outside of Lambda: AWS_LAMBDA_RUNTIME_API is not set');
  afterAnswer.takeOver(await RegisteredExtension.register('capture', runtimeApi));
}

/**
 * Answers with the version in production, and some requests with the one that is being released. Copies of
 * requests, which another function like this one sends, are answered by that one and to nobody.
 */
export async function handler(
  event: unknown,
  { awsRequestId }: { readonly awsRequestId: string },
): Promise<Inference | HttpAnswer | undefined> {
  try {
    const copy = copyIn(event);
    if (!copy) return await infer(event, { ...props, eventId: awsRequestId });
    await answerCopy(copy, props);
    return undefined;
  } finally {
    await afterAnswer.answering();
  }
}
