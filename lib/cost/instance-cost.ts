import type { InstanceNeed } from '../delivery/instance-needs';
import type { InstancePrices } from './price-table';

/** As AWS's own calculator counts: 365 days of 24 hours in 12 months. */
export const HOURS_A_MONTH = 730;

/** What the instances of a pipeline cost, in US dollars. */
export interface CostEstimate {
  /** Of the endpoint's instances, day and night; 0 if there are none. */
  readonly hostingPerMonth: number;
  /** Of each hour of a training. */
  readonly trainingPerHour: number;
  /** Of each hour in which a challenger or a champion is scored. */
  readonly scoringPerHour: number;
  /** Types of instances that have no price. */
  readonly unknown: readonly string[];
}

/** Estimates what instances cost that are always there, and what jobs cost an hour. */
export function estimateCost(needs: readonly InstanceNeed[], prices: InstancePrices): CostEstimate {
  const perHour = (...uses: InstanceNeed['use'][]) =>
    needs
      .filter(({ use }) => uses.includes(use))
      .reduce((sum, { type, count }) => sum + count * (prices.instanceHours[type] ?? 0), 0);
  const unknown = needs.filter(({ type }) => prices.instanceHours[type] === undefined);
  return {
    hostingPerMonth: perHour('endpoint') * HOURS_A_MONTH,
    // Spot instances cost less, by how much AWS does not promise.
    trainingPerHour: perHour('training job', 'spot training job'),
    scoringPerHour: perHour('transform job'),
    unknown: [...new Set(unknown.map(({ type }) => type))],
  };
}
