import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { CompareShadowSettings, ReleaseAnalysis } from '../../contracts/functions/release';
import { comparisonRequest } from '../analyse-step/comparison-request';
import { foreignConfig } from '../analyse-step/foreign-config';
import { readChampionBefore } from '../analyse-step/read-champion-before';
import { readLatencyLimits } from '../analyse-step/read-latency-limits';
import { completeMinutes, readMinutes } from '../analyse-step/read-minutes';
import { requestSources } from '../analyse-step/request-sources';
import type { EventBus } from '../aws/event-bus';
import { tryReadBaseline } from '../aws/pinned-reader';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { featureSlices, quantileOf } from '../domain/data/feature-slices';
import type { DatasetProfile } from '../domain/data/profile';
import { shadowKey } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { DEFAULT_CANARY_POLICY } from '../domain/release/canary-analysis';
import { alphaOf } from '../domain/release/rules/alpha-shares';
import { type CanaryMinute, type LatencyLimit, ratePairs, totals } from '../domain/release/rules/rule';
import { compareAnswers } from '../domain/release/shadow-answers';
import { compareShadow as judge } from '../domain/release/shadow-comparison';
import { labelledRows, type ShadowQuality } from '../domain/release/shadow-quality';
import type { ShadowReport } from '../domain/release/shadow-report';
import { readAnswers } from './read-answers';
import { readPairedLabels } from './read-paired-labels';

export interface ShadowProps {
  readonly cloudWatch: CloudWatchClient;
  readonly sagemaker: SageMakerClient;
  readonly store: ArtifactStore;
  readonly eventBus: EventBus;
  readonly settings: CompareShadowSettings;
}

/**
 * Evaluates a challenger that receives copies of the champion's requests, and keeps what it saw for the
 * report. When the shadow phase is over, it notifies other systems.
 */
export async function compareShadow(
  event: unknown,
  { cloudWatch, sagemaker, store, eventBus, settings }: ShadowProps,
): Promise<ReleaseAnalysis> {
  const request = checkDocument(shadowRequest, event, 'request for a comparison');
  const [since, until] = [new Date(request.since), new Date(request.now)];
  const policy = { ...DEFAULT_CANARY_POLICY, ...settings.policy };
  const metrics = settings.requestMetrics;
  const before = { metrics, variant: request.championVariant, before: since };
  const latencyLimits = await readLatencyLimits(cloudWatch, before, policy);
  const variants = { ...request, sources: requestSources(request, [metrics]) };
  const minutes = await readMinutes(
    cloudWatch,
    variants,
    { since, until },
    { latencyLimits: latencyLimits ?? [], business: [] },
  );
  const championBefore = await readChampionBefore(cloudWatch, variants, since, {
    latencyLimits: latencyLimits ?? [],
    business: [],
  });
  const baseline = await tryReadBaseline(store, request.championVersion);
  // Numbers of classes are near to each other by chance.
  const isOfClasses = settings.problem.type === 'multiClass';
  const tolerance = settings.tolerance ?? (isOfClasses ? 0 : usualTolerance(baseline));
  const slices = featureSlices(baseline ?? { features: {} });
  const shared = await readAnswers(store, { ...request, since, until, slices, tolerance: tolerance ?? 0 });
  const answers =
    tolerance === undefined
      ? undefined
      : compareAnswers(shared.tally, slices.slices, alphaOf('agreement', policy));
  const labels = await readPairedLabels(store, shared.newPairs, {
    ...request,
    problem: settings.problem,
    since,
    until,
  });
  const foreign = await foreignConfig(sagemaker, request);
  const { verdict, reasons } =
    foreign ??
    judge(
      {
        minutes,
        championBefore,
        step: { age: completeMinutes(since, until), ...settings.durations },
        latencyLimits,
        answers,
        tolerance,
        labels,
      },
      policy,
    );
  const report: ShadowReport = {
    since: request.since,
    until: request.now,
    verdict,
    reasons: [...reasons],
    errors: totals(
      ratePairs(minutes, ({ errors, invocations }) => ({ events: errors, requests: invocations })),
    ),
    latency: (latencyLimits ?? []).map((limit, index) => latencyOf(limit, index, minutes)),
    ...(answers &&
      tolerance !== undefined && { answers: { ...answers, tolerance, slices: [...answers.slices] } }),
    ...(labels?.quality && labelledRows(labels.quality) > 0 && { quality: qualityOf(labels.quality) }),
  };
  await store.writeJson(shadowKey(request.releaseId), report);
  const look = {
    verdict,
    reasons: reasons.filter((reason) => reason.verdict === verdict).map(({ message }) => message),
  };
  if (verdict !== 'hold') {
    const { releaseId, modelVersion, championVersion: champion } = request;
    const detail = { releaseId, modelVersion, champion, since: request.since, ...look, verdict };
    await eventBus.tryPublish({ type: 'ShadowAnalysed', detail }, until);
  }
  return look;
}

/** A tenth of the range in which the middle 90 % of the champion's answers to its training data lie. */
function usualTolerance(baseline: DatasetProfile | undefined): number | undefined {
  if (!baseline?.prediction) return undefined;
  const range = quantileOf(baseline.prediction, 0.95) - quantileOf(baseline.prediction, 0.05);
  return Number.isFinite(range) ? range / 10 : undefined;
}

function qualityOf(quality: ShadowQuality): ShadowReport['quality'] {
  const { limit, challengerOnly, championOnly, both } = quality;
  return { limit, rows: labelledRows(quality), challengerOnly, championOnly, both };
}

function latencyOf(
  { percentile, champion, challenger }: LatencyLimit,
  index: number,
  minutes: readonly CanaryMinute[],
): ShadowReport['latency'][number] {
  const slow = totals(
    ratePairs(minutes, (minute) => ({ events: minute.slow[index] ?? 0, requests: minute.invocations })),
  );
  return { percentile, limitMicros: { champion, challenger }, ...slow };
}

const shadowRequest = requestSchema(
  'compare-shadow',
  z.object({
    ...comparisonRequest,
    since: z.iso.datetime(),
  }),
);
