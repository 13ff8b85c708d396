import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type {
  AnalyseStepRequest,
  AnalyseStepSettings,
  ReleaseAnalysis,
  ReleaseVerdict,
} from '../../contracts/functions/release';
import type { EventBus } from '../aws/event-bus';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { lookKey } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { analyseCanary, DEFAULT_CANARY_POLICY } from '../domain/release/canary-analysis';
import type { ReleaseLook } from '../domain/release/release-look';
import { comparedMinutes, type ReleaseLabels } from '../domain/release/release-quality';
import { alphaOf } from '../domain/release/rules/alpha-shares';
import { type CanaryReason, totals } from '../domain/release/rules/rule';
import { predictionShift } from '../domain/traffic/prediction-shift';
import { comparisonRequest } from './comparison-request';
import { foreignConfig } from './foreign-config';
import { histogramsOf } from './histograms';
import { readChampionBefore } from './read-champion-before';
import { readLatencyLimits } from './read-latency-limits';
import { completeMinutes, readMinutes } from './read-minutes';
import { type ReleasePredictions, readPredictions } from './read-predictions';
import { readQuality } from './read-quality';
import { requestSources } from './request-sources';

/** How long the steps of a release last, in minutes. */
export interface StepDurations {
  /** At each share below 1. */
  readonly step: number;
  /** At full traffic, with the champion still up. */
  readonly bake: number;
  /** Any step at most, if there is too little traffic. */
  readonly longest: number;
}

export interface AnalysisProps {
  readonly cloudWatch: CloudWatchClient;
  readonly sagemaker: SageMakerClient;
  readonly store: ArtifactStore;
  readonly eventBus: EventBus;
  readonly settings: AnalyseStepSettings;
}

/**
 * Evaluates a release: compares challenger and champion over the same minutes, and keeps what it saw for the
 * report.
 */
export async function analyseStep(
  event: unknown,
  { cloudWatch, sagemaker, store, eventBus, settings }: AnalysisProps,
): Promise<ReleaseAnalysis> {
  const request = checkDocument(analysisRequest, event, 'request for an analysis');
  const until = new Date(request.now);
  const { durations, requestMetrics } = settings;
  const policy = { ...DEFAULT_CANARY_POLICY, ...settings.policy };
  const since = new Date(request.trafficSince);
  const latencyLimits = await readLatencyLimits(
    cloudWatch,
    {
      metrics: requestMetrics[0],
      variant: request.championVariant,
      before: since,
    },
    policy,
  );
  const variants = { ...request, sources: requestSources(request, requestMetrics) };
  const metrics = { latencyLimits: latencyLimits ?? [], business: settings.businessMetrics };
  const minutes = await readMinutes(cloudWatch, variants, { since, until }, metrics);
  const championBefore = await readChampionBefore(cloudWatch, variants, since, metrics);
  const predictions = await readPredictions(store, { ...request, since, until });
  const shift =
    predictions &&
    predictionShift(predictions.challenger, predictions.champion, alphaOf('predictions', policy));
  const labels = await readQuality(store, {
    ...request,
    problem: settings.problem,
    since,
    until,
  });
  const shortest = request.baking ? durations.bake : durations.step;
  const foreign = await foreignConfig(sagemaker, request);
  const { verdict, reasons } =
    foreign ??
    analyseCanary(
      {
        minutes,
        championBefore,
        step: {
          age: completeMinutes(new Date(request.stepSince), until),
          shortest,
          longest: Math.max(shortest, durations.longest),
        },
        latencyLimits,
        predictionShift: shift,
        labels,
      },
      policy,
    );
  const look = lookOf(request, { verdict, reasons }, predictions, shift, labels);
  await store.writeJson(lookKey(request.releaseId, until), look);
  const analysis = {
    verdict,
    reasons: reasons.filter((reason) => reason.verdict === verdict).map(({ message }) => message),
  };
  if (verdict !== 'hold') {
    const { releaseId, modelVersion, championVersion: champion, step, trafficShare, baking } = request;
    const detail = { releaseId, modelVersion, champion, step, trafficShare, baking, ...analysis, verdict };
    await eventBus.tryPublish({ type: 'StepAnalysed', detail }, until);
  }
  return analysis;
}

function lookOf(
  { now, step, trafficShare, baking }: AnalyseStepRequest,
  decision: { readonly verdict: ReleaseVerdict; readonly reasons: readonly CanaryReason[] },
  predictions: ReleasePredictions | undefined,
  shift: ReturnType<typeof predictionShift>,
  labels: ReleaseLabels | undefined,
): ReleaseLook {
  const quality = labels?.quality;
  const compared = quality ? comparedMinutes(quality) : [];
  return {
    version: 1,
    time: now,
    step,
    trafficShare,
    baking,
    verdict: decision.verdict,
    reasons: [...decision.reasons],
    ...(predictions &&
      shift && {
        predictions: {
          ...histogramsOf(predictions),
          effect: shift.distance,
          interval: [...shift.interval],
        },
      }),
    ...(compared.length > 0 && { quality: { limit: quality?.limit, ...totals(compared) } }),
  };
}

const analysisRequest = requestSchema(
  'analyse-step',
  z.object({
    ...comparisonRequest,
    trafficSince: z.iso.datetime(),
    stepSince: z.iso.datetime(),
    step: z.int(),
    trafficShare: z.number(),
    baking: z.boolean(),
  }),
);
