import { App } from 'aws-cdk-lib';
import { analyseCanary } from '../lambda/domain/release/canary-analysis';
import type { CanaryMinute, CanaryStep } from '../lambda/domain/release/rules/rule';
import type { IReleaseStrategy } from '../lib/release/release-strategy-config';
import { type Challenger, drawChampionMinute, drawMinute, LATENCY_LIMITS } from './canary-traffic';
import type { Random } from './random';

/** Of strategies, none of which makes constructs. */
const SCOPE = new App();

/** Minutes until what was counted in a minute has led to the champion's traffic. */
const DELAY = 1;

/** How a release of a bad challenger went. */
export interface BadRelease {
  readonly wasRolledBack: boolean;
  /** Requests that the challenger failed until then. */
  readonly failed: number;
  /** Until the champion had all traffic. */
  readonly minutes: number;
}

/** Hours before the release, in which the champion had all requests. */
const HOURS_BEFORE = 3;

/** Walks through the steps of a strategy, with an evaluation each minute. */
export function releaseBad(random: Random, strategy: IReleaseStrategy, kind: Challenger): BadRelease {
  const championBefore = Array.from({ length: HOURS_BEFORE * 60 }, () => drawChampionMinute(random, kind));
  return walk(random, strategy, kind, (minutes, step) => {
    const observation = { minutes, championBefore, step, latencyLimits: LATENCY_LIMITS };
    return analyseCanary(observation).verdict === 'rollback';
  });
}

/**
 * The same where SageMaker moves the traffic, and rolls back by an alarm on the error rate of all requests:
 * at twice the champion's, in 3 of 5 minutes, like the pipeline's own.
 */
export function releaseGuarded(random: Random, strategy: IReleaseStrategy, kind: Challenger): BadRelease {
  return walk(random, strategy, kind, (minutes) => {
    const high = minutes.slice(-5).filter(({ challenger, champion }) => {
      const requests = challenger.invocations + champion.invocations;
      return challenger.errors + champion.errors >= 2 * kind.base * requests;
    });
    return high.length >= 3;
  });
}

function walk(
  random: Random,
  strategy: IReleaseStrategy,
  kind: Challenger,
  isFound: (minutes: readonly CanaryMinute[], step: CanaryStep) => boolean,
): BadRelease {
  const { trafficShares, stepDuration, bakeTime } = strategy.bind(SCOPE)._schedule;
  const minutes: CanaryMinute[] = [];
  let failed = 0;
  const pass = (share: number) => {
    const minute = drawMinute(random, kind, share);
    minutes.push(minute);
    failed += minute.challenger.errors;
  };
  for (const share of trafficShares) {
    const shortest = (share === 1 ? bakeTime : stepDuration).toMinutes();
    for (let age = 1; age <= shortest; age++) {
      pass(share);
      if (isFound(minutes, { age, shortest, longest: shortest })) {
        for (let minute = 0; minute < DELAY; minute++) pass(share);
        return { wasRolledBack: true, failed, minutes: minutes.length };
      }
    }
  }
  return { wasRolledBack: false, failed, minutes: minutes.length };
}
