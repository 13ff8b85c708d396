import type { GateReason, GateRows } from './rule';

/** Weights, groups and slices, as far as there are any, tell something of every row. */
export function usableColumns({ label, weight, group, columns }: GateRows): GateReason | undefined {
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
  if (!weight && !group && !columns) return undefined;
  const passed = problems.length === 0;
  const message = passed ? 'weights, groups and slices can be used' : problems.join('; ');
  return { rule: 'usable-columns', passed, message, numbers: { rows } };
}
