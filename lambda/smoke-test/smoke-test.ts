import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import * as z from 'zod/mini';
import type { SmokeTestResult, SmokeTestSettings } from '../../contracts/functions/release';
import type { ModelSignature } from '../../contracts/model-signature';
import { readModelSignature } from '../aws/model-signatures';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { numberOf } from '../domain/data/cell';
import { sampleRequestsKey, samplesKey } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { askRequests } from './ask-requests';
import { askSamples, questionOf, type SampleProps } from './ask-samples';
import type { Asked } from './asked';
import { AsynchronousEndpoint } from './asynchronous-endpoint';
import { EndpointVariant } from './endpoint-variant';
import type { GivenRequest } from './given-request';
import { InferenceFunction } from './inference-function';
import { warmUp } from './warm-up';

export interface SmokeTestProps {
  readonly store: ArtifactStore;
  readonly runtime: SageMakerRuntimeClient;
  readonly lambda: LambdaClient;
  readonly endpointName: string;
  readonly settings: Omit<SmokeTestSettings, 'requests'>;
  /** What the owner of the pipeline asks every version. */
  readonly requests: readonly GivenRequest[];
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
}

/**
 * Asks the version of an event, wherever it is to serve: with the first rows of its holdout, whose answers
 * are compared with its evaluation, or of the sample or the requests that it was registered with, and with
 * the requests of the pipeline's owner. If it has no traffic yet, the rows or requests that came with it then
 * warm it up.
 */
export async function smokeTest(event: unknown, props: SmokeTestProps): Promise<SmokeTestResult> {
  const { store, stopwatch } = props;
  const request = checkDocument(smokeTestRequest, event, 'request for a smoke test');
  const { samples, expected } = await samplesOf(request, store);
  const registered = await registeredRequests(request, store);
  const requests = [...registered, ...props.requests];
  const results: SmokeTestResult[] = [];
  const signature = await readModelSignature(store, request.modelVersion);
  const all = servers(request, signature, props);
  for (const asked of all) {
    // What has answered the samples is warm, so that it can be timed.
    if (samples.length > 0 || requests.length === 0)
      results.push(await askSamples(asked, { samples, expected }));
    if (requests.length > 0) results.push(await askRequests(asked, requests, stopwatch));
  }
  const questions = [...samples.map(questionOf), ...registered];
  if (questions.length > 0 && request.instances !== null && results.every(({ passed }) => passed)) {
    for (const asked of all) {
      const instances = asked instanceof EndpointVariant ? request.instances : 1;
      results.push(await warmUp(asked, { questions, instances, stopwatch }));
    }
  }
  const passed = results.every((result) => result.passed);
  return {
    passed,
    reasons: results.filter((result) => result.passed === passed).flatMap(({ reasons }) => reasons),
  };
}

/** The first rows of the version's holdout, or of the sample that was registered with it. */
async function samplesOf(
  { modelVersion, dataVersion }: SmokeTestRequest,
  store: ArtifactStore,
): Promise<SampleProps> {
  if (dataVersion === null) return { samples: [], expected: [] };
  const [text, scores] = await Promise.all([
    store.tryReadText(samplesKey(dataVersion)),
    store.tryReadText(`datasets/${dataVersion}/scores/${modelVersion}/features.csv.out`),
  ]);
  const samples = linesOf(text ?? '');
  // A line of scores answers each row of the holdout.
  const expected = linesOf(scores ?? '')
    .slice(0, samples.length)
    .map((line) => line.split(',').map(numberOf));
  return { samples, expected };
}

/** The first requests that were registered with the version. */
async function registeredRequests(
  { dataVersion }: SmokeTestRequest,
  store: ArtifactStore,
): Promise<GivenRequest[]> {
  const text = dataVersion === null ? undefined : await store.tryReadText(sampleRequestsKey(dataVersion));
  return linesOf(text ?? '').map((body) => ({ contentType: 'application/json', body, tolerance: 0 }));
}

/** What is to serve the version. */
function servers(
  { variant, releaseId, modelVersion, functionVersion }: SmokeTestRequest,
  signature: ModelSignature | undefined,
  props: SmokeTestProps,
): Asked[] {
  const { lambda, settings } = props;
  const { functionName } = settings;
  return [
    ...endpointOf(variant, props),
    ...(functionName
      ? [new InferenceFunction({ lambda, functionName, functionVersion, releaseId, modelVersion, signature })]
      : []),
  ];
}

function endpointOf(variant: string, { runtime, store, endpointName, settings }: SmokeTestProps): Asked[] {
  const { endpoint } = settings;
  switch (endpoint) {
    case undefined:
      return [];
    case 'asynchronous':
      return [new AsynchronousEndpoint({ runtime, store, endpointName, variant, sleep })];
    default:
      return [new EndpointVariant({ runtime, endpointName, variant, kind: endpoint })];
  }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

type SmokeTestRequest = z.infer<typeof smokeTestRequest>;

const smokeTestRequest = requestSchema(
  'smoke-test',
  z.object({
    releaseId: z.string(),
    variant: z.string(),
    modelVersion: z.string(),
    dataVersion: z.nullable(z.string()),
    functionVersion: z._default(z.nullable(z.string()), null),
    instances: z._default(z.nullable(z.int().check(z.gte(1))), null),
  }),
);
