import { figure } from '../evaluation-report/figures';
import { slicesOf } from '../slices';
import type { GateReason, GateRule } from './rule';

/** Between any two values of a column that have rows enough, the challenger's metric differs by at most the limit. */
export function fairnessGap(column: string, max: number): GateRule {
  return (evidence): GateReason => {
    const rule = 'fairness-gap';
    const { metric, labels, challenger, weights, minimumRows } = evidence;
    const slices = slicesOf(evidence, [column], minimumRows).filter(({ tooFew }) => tooFew === undefined);
    const pick = (values: Float64Array, rows: Uint32Array) =>
      Float64Array.from(rows, (row) => values[row] as number);
    const values = slices
      .map(({ name, rows }) => ({
        name,
        value: metric.value(pick(labels, rows), pick(challenger, rows), weights && pick(weights, rows)),
      }))
      .sort((a, b) => b.value - a.value);
    const [highest, lowest] = [values[0], values.at(-1)];
    if (!highest || !lowest || values.length < 2) {
      const message = `${column} has ${values.length} values with rows enough to be compared; it needs 2`;
      return { rule, passed: false, undecided: true, message, numbers: { groups: values.length, max } };
    }
    const gap = highest.value - lowest.value;
    const passed = gap <= max;
    const message = `challenger's ${metric.title} is ${figure(highest.value)} for ${highest.name} and ${figure(lowest.value)} for ${lowest.name}: the gap ${figure(gap)} is ${passed ? 'within' : 'above'} ${max}`;
    return { rule, passed, message, numbers: { gap, max, highest: highest.value, lowest: lowest.value } };
  };
}
