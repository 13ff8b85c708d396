import type { Metric } from '../metrics/metric';

/** Groups from which their variance can be told. */
const MINIMUM_GROUPS = 10;

/**
 * Why there are too few rows, or groups of rows, for the normal approximation to be trusted, of each class if
 * the metric is of classes; undefined if there are enough.
 */
export function tooFewRows(
  metric: Metric,
  { labels, groups }: { readonly labels: Float64Array; readonly groups?: Uint32Array },
  minimumRows: number,
): string | undefined {
  const counts = metric.labels === 'classes' ? [0, 1].map((label) => countOf(labels, groups, label)) : [];
  if (counts.length === 0) counts.push(countOf(labels, groups));
  const what = (unit: 'rows' | 'groups') =>
    counts.length === 2
      ? `${counts[0]?.[unit]} ${unit} of class 0 and ${counts[1]?.[unit]} of class 1; each class needs`
      : `${counts[0]?.[unit]} ${unit}; it needs`;
  if (counts.some(({ rows }) => rows < minimumRows)) return `${what('rows')} ${minimumRows}`;
  if (groups && counts.some((count) => count.groups < MINIMUM_GROUPS)) {
    return `${what('groups')} ${MINIMUM_GROUPS}`;
  }
  return undefined;
}

function countOf(labels: Float64Array, groups: Uint32Array | undefined, label?: number) {
  const seen = new Set<number>();
  let rows = 0;
  for (let row = 0; row < labels.length; row++) {
    if (label !== undefined && labels[row] !== label) continue;
    rows++;
    if (groups) seen.add(groups[row] as number);
  }
  return { rows, groups: seen.size };
}
