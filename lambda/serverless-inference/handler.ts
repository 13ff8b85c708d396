import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { GivenModelSettings, RoutingSettings } from '../../contracts/functions/serving';
import { readPartEnvironment } from '../aws/environment';
import { RegisteredExtension } from '../aws/registered-extension';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import type { HttpAnswer } from '../domain/http/http-fault';
import { AfterAnswer } from '../inference/after-answer';
import { CaptureRecorder } from '../inference/capture-recorder';
import { FixedRoute } from '../inference/fixed-route';
import { GivenModel } from '../inference/given-model';
import { InferenceMetrics } from '../inference/inference-metrics';
import { LiveRouting } from '../inference/live-routing';
import { LoadedModels } from '../inference/loaded-models';
import { RegisteredModels } from '../inference/registered-models';
import { answerCopy } from './answer-copy';
import { type Inference, type InferProps, infer } from './infer';
import { RequestCopier } from './request-copier';
import { copyIn } from './request-copy';
import { ShadowFunction } from './shadow-function';
import { ShadowRoutes } from './shadow-routes';

type Served = Pick<InferProps, 'routing' | 'models'>;

/** SageMaker's name for the variant of an endpoint that has one. */
const ONLY_VARIANT = 'AllTraffic';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'serverless-inference',
  z.object({
    serves: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('routing'), parameter: z.string(), maximumAgeSeconds: z.number() }),
      z.object({
        kind: z.literal('model'),
        location: z.object({ bucket: z.string(), key: z.string() }),
        objectVersion: z.optional(z.string()),
        modelVersion: z.string(),
      }),
    ]),
    capturePercentage: z.number(),
    captureIntervalSeconds: z.optional(z.number()),
    /** Left out, it is the function's name. */
    captureFolder: z.optional(z.string()),
    metricNamespace: z.string(),
    /**
     * What answers copies of requests while a version is a shadow, and their share; left out if nothing does.
     */
    shadow: z.optional(z.object({ functionName: z.string(), sampleShare: z.number() })),
  }),
);
const { captureIntervalSeconds = 0 } = settings;
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const now = () => new Date();
const logLines: (() => string)[] = [];
const metrics = new InferenceMetrics({
  pipelineName,
  namespace: settings.metricNamespace,
  write: (line) => logLines.push(line),
  now,
  // With provisioned concurrency, no request waits for an instance to start:
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  isCold: process.env.AWS_LAMBDA_INITIALIZATION_TYPE === 'on-demand',
});
const recorder = new CaptureRecorder({
  store,
  folder: settings.captureFolder ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? pipelineName,
  percentage: settings.capturePercentage,
  intervalMillis: captureIntervalSeconds * 1000,
  now,
  onFailure: () => metrics.countCaptureFailure(),
});
const afterAnswer = new AfterAnswer(
  async (signal) => {
    writeMetrics();
    await recorder.flushIfDue(signal);
    writeMetrics();
  },
  () => Date.now(),
);
const props = {
  ...(settings.serves.kind === 'routing' ? released(settings.serves) : given(settings.serves)),
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
const shadows = new ShadowRoutes(props.routing);

function writeMetrics(): void {
  // By `console`, Lambda's JSON format would nest the lines, and CloudWatch would find no metric in them.
  for (const line of logLines.splice(0)) process.stdout.write(`${line()}\n`);
}

/** Versions as releases route requests to them. */
function released({ parameter, maximumAgeSeconds }: RoutingSettings): Served {
  const routing = new RoutingStore(new SSMClient(), parameter);
  return {
    routing: new LiveRouting({ routing, maximumAgeSeconds, now }),
    models: new LoadedModels(new RegisteredModels(store)),
  };
}

/** One model that no release changes; it is loaded before the first request. */
function given(model: GivenModelSettings): Served {
  const models = new LoadedModels(new GivenModel(new ArtifactStore(s3, model.location.bucket), model));
  models.keep([model.modelVersion]);
  return { routing: new FixedRoute({ modelVersion: model.modelVersion, variant: ONLY_VARIANT }), models };
}

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
  if (captureIntervalSeconds > 0) process.once('SIGTERM', () => void shutDown());
}

/**
 * Writes what waits to be written, before Lambda ends the instance: it sends SIGTERM where an extension is
 * registered (https://github.com/aws/aws-lambda-go/blob/v1.34.0/lambda/sigterm.go), and leaves 500 ms to one
 * that is internal
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-lifecycle-shutdown).
 */
async function shutDown(): Promise<void> {
  await recorder.flush(AbortSignal.timeout(5_000));
  writeMetrics();
  process.exit(0);
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
    if (!copy) return await infer(event, awsRequestId, props);
    await answerCopy(copy, { ...props, shadows });
    return undefined;
  } finally {
    await afterAnswer.answering();
  }
}
