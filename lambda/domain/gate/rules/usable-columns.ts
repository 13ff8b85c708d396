import type { Metric } from '../../metrics/metric';
import type { GateReason, GateRows, Numbers } from './rule';

/** Weights, groups, slices, costs and rivals, as far as there are any, tell something of every row. */
export function usableColumns(given: GateRows, metric: Metric): GateReason | undefined {
  const { label, weight, group, columns, costs, rivals } = given;
  const rows = label.length;
  const problems: string[] = [];
  if (weight) {
    const weights = Array.from(weight, (one) => one ?? Number.NaN);
    const unusable = weights.filter((one) => !(Number.isFinite(one) && one >= 0)).length;
    if (weights.length !== rows) problems.push(`${weights.length} weights for ${rows} rows`);
    if (unusable > 0) problems.push(`${unusable} of ${rows} weights are missing, negative or infinite`);
    else if (!weights.some((one) => one > 0)) problems.push(`all ${rows} weights are 0`);
  }
  if (group) {
    const nameless = group.filter((one) => one.trim() === '').length;
    if (group.length !== rows) problems.push(`${group.length} groups for ${rows} rows`);
    if (nameless > 0) problems.push(`${nameless} of ${rows} rows have no group`);
  }
  for (const [name, values] of Object.entries(columns ?? {})) {
    if (values.length !== rows)
      problems.push(`column '${name}' has ${values.length} values for ${rows} rows`);
  }
  if (costs || metric.costColumns) {
    problems.push(...unlessFinite('costs', costs ?? [], rows * (metric.costColumns?.length ?? 1)));
  }
  for (const [name, values] of Object.entries(rivals ?? {})) {
    problems.push(...unlessFinite(`numbers in column '${name}'`, values, rows));
  }
  if (!weight && !group && !columns && !costs && !rivals && problems.length === 0) return undefined;
  const passed = problems.length === 0;
  const message = passed ? 'all columns that the policy names can be used' : problems.join('; ');
  return { rule: 'usable-columns', passed, message, numbers: { rows } };
}

function unlessFinite(what: string, values: Numbers, expected: number): string[] {
  if (values.length !== expected) return [`${values.length} ${what}, not ${expected}`];
  const unusable = Array.from(values).filter((value) => !Number.isFinite(value)).length;
  return unusable > 0 ? [`${unusable} of ${expected} ${what} are missing or not finite`] : [];
}
