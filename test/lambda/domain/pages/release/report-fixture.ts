import { foldLooks } from '../../../../../lambda/domain/release/look-runs';
import type { ReleaseLook } from '../../../../../lambda/domain/release/release-look';
import type { ReleaseReport, TrafficPoint } from '../../../../../lambda/domain/release/release-report';
import type { ShadowReport } from '../../../../../lambda/domain/release/shadow-report';

export const BEGIN = Date.parse('2026-11-24T10:00:00.000Z');
export const MINUTE = 60_000;

export function atMinute(minute: number): string {
  return new Date(BEGIN + minute * MINUTE).toISOString();
}

export function look(minute: number, changes: Partial<ReleaseLook> = {}): ReleaseLook {
  const verdict = changes.verdict ?? 'hold';
  return {
    version: 1,
    time: atMinute(minute),
    step: 0,
    trafficShare: 0.1,
    baking: false,
    verdict,
    reasons: [
      { rule: 'errors', verdict: 'promote', message: `errors at minute ${minute}` },
      { rule: 'duration', verdict, message: `it has lasted ${minute} minutes` },
    ],
    ...changes,
  };
}

/** Each minute 900 requests of the champion and 100 of the challenger, 3 of which fail. */
export function trafficOf(minutes: number, binMinutes = 1): TrafficPoint[] {
  return Array.from({ length: minutes / binMinutes }, (_, index) => ({
    time: atMinute(index * binMinutes),
    minutes: binMinutes,
    champion: { requests: 900 * binMinutes, errors: 0, p50: 20_000, p95: 60_000, p99: 90_000 },
    challenger: { requests: 100 * binMinutes, errors: 3 * binMinutes, p50: 18_000, p95: 70_000, p99: 95_000 },
  }));
}

/** A release that was rolled back at 10 % after ten minutes. */
export function rolledBack(changes: Partial<ReleaseReport> = {}): ReleaseReport {
  const holds = Array.from({ length: 9 }, (_, index) => look(index + 1));
  return {
    version: 1,
    releaseId: 'release-7',
    endpointName: 'churn',
    outcome: 'rolled-back',
    challenger: { modelVersion: '1.1.0', variant: 'green', endpointConfigName: 'churn-1-1-0-abc' },
    champion: { modelVersion: '1.0.0', variant: 'blue' },
    reason: 'new data',
    reasons: ['challenger failed 30 of 1000 (3 %) requests'],
    startedAt: atMinute(-5),
    trafficSince: atMinute(0),
    endedAt: atMinute(14),
    trafficShares: [0.1, 1],
    binMinutes: 1,
    traffic: trafficOf(10),
    looks: foldLooks([
      ...holds,
      look(10, {
        verdict: 'rollback',
        reasons: [{ rule: 'errors', verdict: 'rollback', message: 'it failed 30 of 1000' }],
      }),
    ]),
    missing: [],
    files: { looks: 's3://b/looks/', json: 's3://b/report.json', html: 's3://b/report.html' },
    ...changes,
  };
}

/**
 * A challenger that answered copies for an hour, 8 of 4,000 without success, and differs where the price is
 * high.
 */
export function inShadow(changes: Partial<ShadowReport> = {}): ShadowReport {
  const errors = { champion: { events: 0, requests: 4000 }, challenger: { events: 8, requests: 4000 } };
  return {
    since: atMinute(-65),
    until: atMinute(-5),
    verdict: 'promote',
    reasons: [
      { rule: 'errors', verdict: 'promote', message: 'challenger failed 8 of 4000' },
      { rule: 'agreement', verdict: 'promote', message: '97 % agree' },
    ],
    errors,
    latency: [],
    answers: {
      requests: 3990,
      rows: 3990,
      tolerance: 0.08,
      agreement: 0.97,
      agreementInterval: [0.958, 0.979],
      meanDifference: 0.0123,
      meanDifferenceInterval: [0.01, 0.0146],
      slices: [
        {
          feature: 'price',
          values: 'above 3.2',
          rows: 998,
          agreement: 0.91,
          meanDifference: 0.07,
          interval: [0.06, 0.08],
        },
      ],
    },
    quality: { rows: 500, challengerOnly: 4, championOnly: 9, both: 31 },
    ...changes,
  };
}

/** A release with two steps and a bake. */
export function released(changes: Partial<ReleaseReport> = {}): ReleaseReport {
  return rolledBack({
    outcome: 'released',
    reasons: ['the step has lasted 2 of 2 minutes'],
    trafficShares: [0.1, 0.5, 1],
    looks: foldLooks([
      look(1),
      look(2, { verdict: 'promote' }),
      look(3, { step: 1, trafficShare: 0.5 }),
      look(4, { step: 1, trafficShare: 0.5 }),
      look(5, { step: 1, trafficShare: 0.5, verdict: 'promote' }),
      look(6, { step: 2, trafficShare: 1, baking: true }),
      look(10, { step: 2, trafficShare: 1, baking: true, verdict: 'promote' }),
    ]),
    ...changes,
  });
}

/** The first version: there was nothing to compare it with. */
export function firstRelease(changes: Partial<ReleaseReport> = {}): ReleaseReport {
  return released({
    champion: null,
    reasons: ['all 8 samples were answered'],
    trafficSince: null,
    trafficShares: [1],
    traffic: [],
    looks: [],
    ...changes,
  });
}
