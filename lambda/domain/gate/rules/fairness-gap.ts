import { errorOf, sumsByGroup } from '../../metrics/influence';
import { blocksOf, scoresPerRow } from '../../metrics/metric';
import { leadComparison } from '../../statistics/comparison';
import { figure, signed } from '../figures';
import { slicesOf } from '../slices';
import type { GateEvidence, GateReason, GateRule } from './rule';
import { figure3 } from './words';

/**
 * Between any two values of a column that have rows enough, the challenger's metric significantly differs by
 * less than the limit. The probability of saying so wrongly is alpha, however many values there are, since
 * each pair must pass its own test (R. L. Berger, Technometrics 24 (1982), p. 295). If the gap is smaller,
 * but not significantly, there are too few rows to tell.
 */
export function fairnessGap(column: string, max: number): GateRule {
  return (evidence): GateReason => {
    const rule = 'fairness-gap';
    const { metric, alpha } = evidence;
    const values = measureValues(evidence, column);
    const widest = values
      .flatMap((one, i) => values.slice(i + 1).map((other) => gapBetween(one, other, max)))
      .reduce<Gap | undefined>(
        (worst, gap) => (worst && worst.pValue >= gap.pValue ? worst : gap),
        undefined,
      );
    if (!widest) {
      const message = `${column} has ${values.length} values with enough rows to be compared; it needs 2`;
      return { rule, passed: false, undecided: true, message, numbers: { groups: values.length, max } };
    }
    const { high, low, gap, pValue } = widest;
    const passed = pValue < alpha;
    const isTooFew = !passed && gap <= max;
    const [least, greatest] = widest.interval(alpha);
    const found = passed ? 'significantly within' : isTooFew ? 'not significantly within' : 'above';
    const message = `challenger's ${metric.title} is ${figure(high.value)} for ${high.name} and ${figure(low.value)} for ${low.name}: the gap ${figure(gap)} (${signed(least)} to ${signed(greatest)}) is ${found} ${max}, p = ${figure3(pValue)}, alpha = ${figure3(alpha)}`;
    const numbers = { gap, low: least, high: greatest, max, pValue, alpha };
    return { rule, passed, ...(isTooFew && { undecided: true }), message, numbers };
  };
}

/** The challenger's metric on the rows with one value. */
interface MeasuredValue {
  readonly name: string;
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /**
   * Of each group of rows on the value; undefined without groups, since then no two values share anything.
   */
  readonly ofGroups?: ReadonlyMap<number, number>;
}

interface Gap {
  readonly high: MeasuredValue;
  readonly low: MeasuredValue;
  readonly gap: number;
  /** Of a gap that is so far below the limit, if it is the limit. */
  readonly pValue: number;
  interval(alpha: number): readonly [number, number];
}

function measureValues(evidence: GateEvidence, column: string): MeasuredValue[] {
  const { metric, labels, challenger, weights, groups, costs, minimumRows } = evidence;
  return slicesOf(evidence, [column], minimumRows).flatMap(({ name, rows, tooFew }) => {
    if (tooFew !== undefined) return [];
    const { value, influence } = metric.measure(
      blocksOf(labels, 1, rows),
      blocksOf(challenger, scoresPerRow(metric), rows),
      weights && blocksOf(weights, 1, rows),
      costs && blocksOf(costs, costs.length / labels.length, rows),
    );
    const own = groups && Uint32Array.from(rows, (row) => groups[row] as number);
    const ofGroups =
      own &&
      sumsByGroup(
        influence.map((one) => one / rows.length),
        own,
      );
    return [{ name, value, ...errorOf(influence, own), ...(ofGroups && { ofGroups }) }];
  });
}

function gapBetween(one: MeasuredValue, other: MeasuredValue, max: number): Gap {
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
    pValue: comparison.pValue(-max),
    interval: (alpha) => {
      const [least, greatest] = comparison.interval(alpha);
      return [-greatest, -least];
    },
  };
}

/** Of two values that share groups. */
function covariance(one: MeasuredValue, other: MeasuredValue): number {
  let sum = 0;
  for (const [group, influence] of one.ofGroups ?? []) sum += influence * (other.ofGroups?.get(group) ?? 0);
  // Corrected for so many groups as their variances are.
  const correction = ({ degreesOfFreedom }: MeasuredValue) => (degreesOfFreedom + 1) / degreesOfFreedom;
  return sum * Math.sqrt(correction(one) * correction(other));
}
