import { analyseCanary } from '../lambda/domain/release/canary-analysis';
import type { ReleaseQuality } from '../lambda/domain/release/release-quality';
import {
  FINE,
  logRatioTogether,
  logSum,
  type Rate,
  type RatePair,
} from '../lambda/domain/statistics/rate-evidence';
import { type Dependence, Shocks } from './canary-bursts';
import type { Shock } from './canary-traffic';
import type { Random } from './random';

/** How wrong answers of one request, and of minutes in a row, have things in common. */
export interface LabelDependence extends Dependence {
  /** Rows of a request. @default 1 */
  readonly rows?: number;
  /** Share of the requests whose customer's rows are nearly all wrong, whoever answers. @default 0 */
  readonly hard?: number;
}

export const LABEL_BURSTS: Readonly<Record<string, LabelDependence>> = {
  'none: rows are independent': {},
  '200 rows a request, 1 in 10 customers hard': { rows: 200, hard: 0.1 },
  'one of two instances stale, 4 minutes': { own: { begins: 0.005, minutes: 4, share: 0.5, wrong: 0.5 } },
  'a customer of one version, 2 minutes': { own: { begins: 0.01, minutes: 2, share: 0.5, wrong: 1 } },
  'a bad quarter of an hour of both': { common: { begins: 0.02, minutes: 15, share: 1, wrong: 0.4 } },
  'wrong labels of both, 3 minutes': { common: { begins: 0.05, minutes: 3, share: 0.5, wrong: 0.8 } },
};

export interface LabelledRelease {
  /** Answers with a label a second, of both. */
  readonly rps: number;
  /** Challenger's wrong answers over the champion's. @default 1 */
  readonly ratio?: number;
}

const SHARE = 0.1;
const MINUTES = 20;
const WRONG = 0.1;
const HARD = 0.95;

/** The minutes in which both have traffic, with the labels of all their answers. */
export function drawLabelled(
  random: Random,
  { rps, ratio = 1 }: LabelledRelease,
  dependence: LabelDependence,
): RatePair[] {
  const shocks = new Shocks(random, dependence);
  return Array.from({ length: MINUTES }, (_, age) => {
    const shock = shocks.next(age);
    const challenger = random.binomial(60 * rps, SHARE);
    return {
      challenger: drawWrong(random, challenger, WRONG * ratio, dependence, shock.challenger),
      champion: drawWrong(random, 60 * rps - challenger, WRONG, dependence, shock.champion),
    };
  });
}

/** The minute after which the rule of labels rolls back; infinite if it does not. */
export function minuteOfLabels(minutes: readonly RatePair[]): number {
  const rollsBack = (count: number) => {
    const quality: ReleaseQuality = {
      kind: 'classes',
      firstErrors: [],
      minutes: minutes.slice(0, count).map((pair, minute) => ({ minute, ...pair })),
    };
    const step = { age: count, shortest: 999, longest: 999 };
    const { reasons } = analyseCanary({ minutes: [], step, labels: { quality, unusable: 0 } });
    return reasons.some(({ rule, verdict }) => rule === 'quality' && verdict === 'rollback');
  };
  const first = minutes.findIndex((_, index) => rollsBack(index + 1));
  return first < 0 ? Number.POSITIVE_INFINITY : first + 1;
}

/**
 * Whether the same evidence of independent rows, at the share of alpha that labels have, ever rolls back.
 *
 * @param needed logarithm of the evidence
 */
export function rowsRollBack(minutes: readonly RatePair[], rows: number, needed: number): boolean {
  let evidence = FINE.map(({ weight }) => Math.log(weight));
  return minutes.some(({ challenger, champion }) => {
    const pair = { challenger: ofRows(challenger, rows), champion: ofRows(champion, rows) };
    evidence = evidence.map(
      (value, index) => value + logRatioTogether(pair.challenger.events, pair, FINE[index]?.ratio ?? 1),
    );
    return logSum(evidence) >= needed;
  });
}

function ofRows({ events, requests }: Rate, rows: number): Rate {
  return { events: events * rows, requests: requests * rows };
}

function drawWrong(
  random: Random,
  requests: number,
  usual: number,
  { rows = 1, hard = 0 }: LabelDependence,
  { share, wrong }: Shock,
): Rate {
  let events = 0;
  for (let request = 0; request < requests; request++) {
    const hit = random.uniform() < share ? wrong : 0;
    const own = random.uniform() < hard ? HARD : usual;
    events += random.binomial(rows, 1 - (1 - own) * (1 - hit)) / rows;
  }
  return { events, requests };
}
