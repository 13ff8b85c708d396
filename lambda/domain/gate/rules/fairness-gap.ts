import { blocksOf, scoresPerRow } from '../../metrics/metric';
import { figure, signed } from '../figures';
import { type GroupGap, gapsOf, type MeasuredGroup, measuredGroup } from '../group-gaps';
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
    const widest = gapsOf(values).reduce<GroupGap | undefined>(
      (worst, gap) => (worst && worst.pValue(max) >= gap.pValue(max) ? worst : gap),
      undefined,
    );
    if (!widest) {
      const message = `${column} has ${values.length} values with enough rows to be compared; it needs 2`;
      return { rule, passed: false, undecided: true, message, numbers: { groups: values.length, max } };
    }
    const { high, low, gap } = widest;
    const pValue = widest.pValue(max);
    const passed = pValue < alpha;
    const isTooFew = !passed && gap <= max;
    const [least, greatest] = widest.interval(alpha);
    const found = passed ? 'significantly within' : isTooFew ? 'not significantly within' : 'above';
    const message = `challenger's ${metric.title} is ${figure(high.value)} for ${high.name} and ${figure(low.value)} for ${low.name}: the gap ${figure(gap)} (${signed(least)} to ${signed(greatest)}) is ${found} ${max}, p = ${figure3(pValue)}, alpha = ${figure3(alpha)}`;
    const numbers = { gap, low: least, high: greatest, max, pValue, alpha };
    return { rule, passed, ...(isTooFew && { undecided: true }), message, numbers };
  };
}

/** The challenger's metric on the rows with each value. */
function measureValues(evidence: GateEvidence, column: string): MeasuredGroup[] {
  const { metric, labels, challenger, weights, groups, costs, minimumRows } = evidence;
  return slicesOf(evidence, [column], minimumRows).flatMap(({ name, rows, tooFew }) => {
    if (tooFew !== undefined) return [];
    const measurement = metric.measure(
      blocksOf(labels, 1, rows),
      blocksOf(challenger, scoresPerRow(metric), rows),
      weights && blocksOf(weights, 1, rows),
      costs && blocksOf(costs, costs.length / labels.length, rows),
    );
    const units = groups && Uint32Array.from(rows, (row) => groups[row] as number);
    return [measuredGroup(name, measurement, units)];
  });
}
