import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod/mini';
import {
  analyseCanary,
  type CanaryDecision,
  type CanaryPolicy,
  DEFAULT_CANARY_POLICY,
} from '../domain/canary-analysis';
import { checkDocument } from '../domain/document';
import { readLatencyLimits } from './read-latency-limits';
import { completeMinutes, readMinutes } from './read-minutes';

/** How long the steps of a release last, in minutes. */
export interface StepDurations {
  /** At each share below 1. */
  readonly step: number;
  /** At full traffic, with the champion still up. */
  readonly bake: number;
  /** Any step at most, if there is too little traffic. */
  readonly longest: number;
}

/** What a look at a release showed. */
export interface StepAnalysis {
  readonly verdict: CanaryDecision['verdict'];
  /** The messages of the rules that ask for the verdict. */
  readonly reasons: readonly string[];
}

/** Looks at a release: compares challenger and champion over the same minutes. */
export async function analyseStep(
  event: unknown,
  cloudWatch: CloudWatchClient,
  settings: { readonly durations: StepDurations; readonly policy: Partial<CanaryPolicy> },
): Promise<StepAnalysis> {
  const { releaseSince, trafficSince, stepSince, now, baking, ...variants } = checkDocument(
    analysisRequest,
    event,
    'request for an analysis',
  );
  const until = new Date(now);
  const policy = { ...DEFAULT_CANARY_POLICY, ...settings.policy };
  const latencyLimits = await readLatencyLimits(
    cloudWatch,
    {
      endpointName: variants.endpointName,
      variant: variants.championVariant,
      releaseStart: new Date(releaseSince),
    },
    policy,
  );
  const minutes = await readMinutes(
    cloudWatch,
    variants,
    { since: new Date(trafficSince), until },
    latencyLimits ?? [],
  );
  const { durations } = settings;
  const shortest = baking ? durations.bake : durations.step;
  const { verdict, reasons } = analyseCanary({
    minutes,
    step: {
      age: completeMinutes(new Date(stepSince), until),
      shortest,
      longest: Math.max(shortest, durations.longest),
    },
    latencyLimits,
    policy,
  });
  return {
    verdict,
    reasons: reasons.filter((reason) => reason.verdict === verdict).map(({ message }) => message),
  };
}

const analysisRequest = z.object({
  endpointName: z.string(),
  endpointConfigName: z.string(),
  championVariant: z.string(),
  challengerVariant: z.string(),
  /** When the release began. */
  releaseSince: z.iso.datetime(),
  /** When the challenger first had traffic. */
  trafficSince: z.iso.datetime(),
  stepSince: z.iso.datetime(),
  now: z.iso.datetime(),
  /** Whether the challenger has all traffic. */
  baking: z.boolean(),
});
