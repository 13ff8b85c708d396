import type { RatePair } from '../lambda/domain/statistics/rate-evidence';
import { normalSurvival } from '../lambda/domain/statistics/special-functions';

/** Whether a release is rolled back, seeing its seconds so far. */
export type Rule = (seconds: readonly RatePair[]) => boolean;

/**
 * The rule of thumb of many dashboards: the challenger's error rate over the last five minutes is twice the
 * champion's.
 */
export const doubledErrorRate: Rule = (seconds) => {
  if (seconds.length < 300) return false;
  const [challenger, champion] = totals(seconds.slice(-300));
  return challenger.events > 0 && rate(challenger) > 2 * rate(champion);
};

/**
 * A test of two proportions that was made for one evaluation, at each of several: one-sided, pooled variance.
 */
export const repeatedFixedTest: Rule = (seconds) => {
  const [challenger, champion] = totals(seconds);
  const pooled = (challenger.events + champion.events) / Math.max(1, challenger.requests + champion.requests);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / challenger.requests + 1 / champion.requests));
  return error > 0 && normalSurvival((rate(challenger) - rate(champion)) / error) < 0.05;
};

/**
 * The judge of Netflix's Kayenta: error rates by the minute, Mann-Whitney at 98 % confidence, two-sided, once
 * there are the 50 points that its documentation asks for.
 * https://github.com/spinnaker/kayenta/blob/master/docs/canary-config.md
 */
export const kayentaJudge: Rule = (seconds) => {
  const minutes = Math.floor(seconds.length / 60);
  if (minutes < 50) return false;
  const [challenger, champion] = (['challenger', 'champion'] as const).map((variant) =>
    Array.from({ length: minutes }, (_, minute) =>
      rate(total(seconds.slice(minute * 60, minute * 60 + 60).map((second) => second[variant]))),
    ),
  ) as [number[], number[]];
  return mannWhitney(challenger, champion) < 0.01;
};

/** P of the rank sum of `a` being so high, by the normal approximation with ties. */
function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b].sort((x, y) => x - y);
  const midrank = (value: number) => (all.indexOf(value) + all.lastIndexOf(value)) / 2 + 1;
  const u = a.reduce((sum, value) => sum + midrank(value), 0) - (a.length * (a.length + 1)) / 2;
  const n = all.length;
  const ties = [...new Set(all)].reduce((sum, value) => {
    const t = all.lastIndexOf(value) - all.indexOf(value) + 1;
    return sum + t ** 3 - t;
  }, 0);
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  return variance > 0 ? normalSurvival((u - (a.length * b.length) / 2 - 0.5) / Math.sqrt(variance)) : 1;
}

function totals(seconds: readonly RatePair[]) {
  return [
    total(seconds.map(({ challenger }) => challenger)),
    total(seconds.map(({ champion }) => champion)),
  ] as const;
}

function total(rates: readonly RatePair['challenger'][]) {
  let [events, requests] = [0, 0];
  for (const one of rates) {
    events += one.events;
    requests += one.requests;
  }
  return { events, requests };
}

function rate({ events, requests }: RatePair['challenger']): number {
  return requests === 0 ? 0 : events / requests;
}
