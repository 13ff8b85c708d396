import { analyseCanary } from '../lambda/domain/release/canary-analysis';
import type { CanaryMinute, CanaryPolicy } from '../lambda/domain/release/rules/rule';
import {
  CALM,
  type Challenger,
  drawChampionMinute,
  drawMinute,
  LATENCY_LIMITS,
  type Shock,
} from './canary-traffic';
import type { Random } from './random';

/** Bursts of bad minutes: how often one begins, how many minutes it lasts on average, and what it does. */
interface Bursts extends Partial<Omit<Shock, 'latency'>> {
  readonly begins: number;
  readonly minutes: number;
}

/** How requests of one minute, and of minutes in a row, have things in common. */
export interface Dependence {
  /** Of each variant, by itself. */
  readonly own?: Bursts;
  /** Of both at once. */
  readonly common?: Bursts;
  /**
   * An autoregressive process of the logarithm of each variant's latency: its standard deviation, and what a
   * minute keeps.
   */
  readonly drift?: { readonly deviation: number; readonly kept: number };
  /** How much slower a fresh challenger is at first, and in how many minutes that falls to a third. */
  readonly warmUp?: { readonly slower: number; readonly minutes: number };
}

export const DEPENDENCES: Readonly<Record<string, Dependence>> = {
  'none: requests are independent': {},
  'shared slow spells, 8 % of minutes': { common: { begins: 0.08, minutes: 2, share: 1, slower: 3 } },
  'slow spells of its own, 3 %': { own: { begins: 0.03, minutes: 2, share: 1, slower: 3 } },
  'slow spells of its own, rare': { own: { begins: 0.005, minutes: 3, share: 1, slower: 3 } },
  'one slow instance of two, 5 minutes': { own: { begins: 0.01, minutes: 5, share: 0.5, slower: 3 } },
  'one slow instance of two, 12 minutes': { own: { begins: 0.004, minutes: 12, share: 0.5, slower: 2 } },
  'minutes that drift (sd .15, AR .7)': { drift: { deviation: 0.15, kept: 0.7 } },
  'minutes that drift (sd .15, AR .9)': { drift: { deviation: 0.15, kept: 0.9 } },
  'minutes that drift (sd .3, AR .7)': { drift: { deviation: 0.3, kept: 0.7 } },
  'a cold start, 4 times as slow': { warmUp: { slower: 4, minutes: 0.5 } },
  'one failing instance of two, 2 minutes': {
    own: { begins: 0.003, minutes: 2, share: 0.5, failing: 1 },
  },
  'one failing instance of two, 4 minutes': {
    own: { begins: 0.005, minutes: 4, share: 0.5, failing: 1 },
  },
  'shared outages': { common: { begins: 0.01, minutes: 3, share: 1, failing: 0.5 } },
};

/** Orders that come in bursts: of customers of one variant, or of all. */
export const ORDER_BURSTS: Readonly<Record<string, Dependence>> = {
  'none: orders are independent': {},
  'five times the orders of one, 2 minutes': { own: { begins: 0.01, minutes: 2, orders: 5 } },
  'twice the orders of one, 5 minutes': { own: { begins: 0.01, minutes: 5, orders: 2 } },
  'five times the orders of both': { common: { begins: 0.03, minutes: 5, orders: 5 } },
};

const HOURS_BEFORE = 3;
const SHARE = 0.1;
/** At a share of the traffic, then with all of it. */
const STEPS = { share: 20, bake: 10 };

/**
 * The minute in which a policy rolls a release back; infinite if it does not.
 * @param policy what differs from the default one
 */
export function minuteOfRollback(
  random: Random,
  kind: Challenger,
  dependence: Dependence,
  policy: Partial<CanaryPolicy> = {},
): number {
  const shocks = new Shocks(random, dependence);
  const championBefore = Array.from({ length: HOURS_BEFORE * 60 }, () =>
    drawChampionMinute(random, kind, shocks.next().champion),
  );
  const minutes = Array.from({ length: STEPS.share + STEPS.bake }, (_, index) =>
    drawMinute(random, kind, index < STEPS.share ? SHARE : 1, shocks.next(index)),
  );
  return firstRollback(minutes, championBefore, LATENCY_LIMITS, policy);
}

/** What was evidence once stays, so that the first look that rolls back is found by bisection. */
export function firstRollback(
  minutes: readonly CanaryMinute[],
  championBefore: readonly CanaryMinute[],
  latencyLimits = LATENCY_LIMITS,
  policy: Partial<CanaryPolicy> = {},
): number {
  const rollsBack = (count: number) => {
    const step = { age: count, shortest: 999, longest: 999 };
    return (
      analyseCanary({ minutes: minutes.slice(0, count), championBefore, step, latencyLimits }, policy)
        .verdict === 'rollback'
    );
  };
  if (!rollsBack(minutes.length)) return Number.POSITIVE_INFINITY;
  let [before, after] = [0, minutes.length];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (rollsBack(middle)) after = middle;
    else before = middle;
  }
  return after;
}

/** What befalls both variants, minute after minute. */
export class Shocks {
  private readonly left = { champion: 0, challenger: 0, common: 0 };
  private readonly level: { champion: number; challenger: number };

  constructor(
    private readonly random: Random,
    private readonly dependence: Dependence,
  ) {
    const { deviation = 0 } = dependence.drift ?? {};
    this.level = { champion: deviation * random.normal(), challenger: deviation * random.normal() };
  }

  /** @param age minutes since the challenger first had traffic */
  next(age?: number): { readonly champion: Shock; readonly challenger: Shock } {
    const { warmUp } = this.dependence;
    const common = this.burst('common', this.dependence.common);
    const of = (variant: 'champion' | 'challenger') => {
      const shock = { ...CALM, ...(this.burst(variant, this.dependence.own) ?? common) };
      return { ...shock, latency: Math.exp(this.drift(variant)) };
    };
    const [champion, challenger] = [of('champion'), of('challenger')];
    const cold = warmUp && age !== undefined ? 1 + (warmUp.slower - 1) * Math.exp(-age / warmUp.minutes) : 1;
    return { champion, challenger: { ...challenger, latency: challenger.latency * cold } };
  }

  private burst(
    of: 'champion' | 'challenger' | 'common',
    bursts: Bursts | undefined,
  ): Partial<Shock> | undefined {
    if (!bursts) return undefined;
    const { begins, minutes, ...shock } = bursts;
    if (this.left[of] === 0 && this.random.uniform() < begins) {
      do this.left[of]++;
      while (this.random.uniform() < 1 - 1 / minutes);
    }
    if (this.left[of] === 0) return undefined;
    this.left[of]--;
    return shock;
  }

  private drift(of: 'champion' | 'challenger'): number {
    const { deviation = 0, kept = 0 } = this.dependence.drift ?? {};
    this.level[of] = kept * this.level[of] + deviation * Math.sqrt(1 - kept ** 2) * this.random.normal();
    return this.level[of];
  }
}
