import { errorOf, sumsByGroup } from '../metrics/influence';
import type { Measurement } from '../metrics/metric';
import { leadComparison } from '../statistics/comparison';

/** A measure of some of the rows. */
export interface MeasuredGroup {
  readonly name: string;
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /**
   * Of each unit of rows that may depend on each other on the value; undefined if each row is one, since then
   * no two groups share anything.
   */
  readonly ofUnits?: ReadonlyMap<number, number>;
}

/** How far two groups are apart. */
export interface GroupGap {
  readonly high: MeasuredGroup;
  readonly low: MeasuredGroup;
  readonly gap: number;
  /** Probability of a gap that is so far below the limit, if it is the limit. */
  pValue(limit: number): number;
  /** The true gap lies beyond each of its ends with probability `alpha`. */
  interval(alpha: number): readonly [number, number];
}

/** @param units of rows that may depend on each other. @default - each row for itself */
export function measuredGroup(
  name: string,
  { value, influence }: Measurement,
  units?: Uint32Array,
): MeasuredGroup {
  const ofUnits =
    units &&
    sumsByGroup(
      influence.map((one) => one / influence.length),
      units,
    );
  return { name, value, ...errorOf(influence, units), ...(ofUnits && { ofUnits }) };
}

/** The gap of each two groups. */
export function gapsOf(groups: readonly MeasuredGroup[]): GroupGap[] {
  return groups.flatMap((one, i) => groups.slice(i + 1).map((other) => gapBetween(one, other)));
}

function gapBetween(one: MeasuredGroup, other: MeasuredGroup): GroupGap {
  const [high, low] = one.value >= other.value ? [one, other] : [other, one];
  const gap = high.value - low.value;
  const variance = high.standardError ** 2 + low.standardError ** 2 - 2 * covariance(high, low);
  const comparison = leadComparison({
    champion: low.value,
    challenger: high.value,
    lead: -gap,
    standardError: Math.sqrt(Math.max(0, variance)),
    // Welch's lie above.
    degreesOfFreedom: Math.min(high.degreesOfFreedom, low.degreesOfFreedom),
  });
  return {
    high,
    low,
    gap,
    pValue: (limit) => comparison.pValue(-limit),
    interval: (alpha) => {
      const [least, greatest] = comparison.interval(alpha);
      return [-greatest, -least];
    },
  };
}

/** Of two values that share units. */
function covariance(one: MeasuredGroup, other: MeasuredGroup): number {
  let sum = 0;
  for (const [unit, influence] of one.ofUnits ?? []) sum += influence * (other.ofUnits?.get(unit) ?? 0);
  // Corrected for so many units as their variances are.
  const correction = ({ degreesOfFreedom }: MeasuredGroup) => (degreesOfFreedom + 1) / degreesOfFreedom;
  return sum * Math.sqrt(correction(one) * correction(other));
}
