import { analyseCanary } from '../lambda/domain/canary-analysis';
import type { CanaryMinute } from '../lambda/domain/canary-rules/rule';
import type { IReleaseStrategy } from '../lib/release/release-schedule';
import { type Challenger, drawMinute, LATENCY_LIMITS } from './canary-traffic';
import type { Random } from './random';

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

/** Walks through the steps of a strategy, with a look each minute. */
export function releaseBad(random: Random, strategy: IReleaseStrategy, kind: Challenger): BadRelease {
  const { weights, stepDuration, bakeTime } = strategy.bind();
  const minutes: CanaryMinute[] = [];
  let failed = 0;
  const requests = HOURS_BEFORE * 3600 * kind.rps;
  const championBefore = { events: random.binomial(requests, kind.base), requests };
  const pass = (share: number) => {
    const minute = drawMinute(random, kind, share);
    minutes.push(minute);
    failed += minute.challenger.errors;
  };
  for (const share of weights) {
    const shortest = (share === 1 ? bakeTime : stepDuration).toMinutes();
    for (let age = 1; age <= shortest; age++) {
      pass(share);
      const step = { age, shortest, longest: shortest };
      if (
        analyseCanary({ minutes, championBefore, step, latencyLimits: LATENCY_LIMITS }).verdict === 'rollback'
      ) {
        for (let minute = 0; minute < DELAY; minute++) pass(share);
        return { wasRolledBack: true, failed, minutes: minutes.length };
      }
    }
  }
  return { wasRolledBack: false, failed, minutes: minutes.length };
}
