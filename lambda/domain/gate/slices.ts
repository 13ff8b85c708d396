import { type PairedSample, rowsOf } from '../metrics/metric';
import type { Comparison } from '../statistics/comparison';
import { tooFewRows } from './holdout-size';
import type { GateEvidence } from './rules/rule';

/** Rows that have the same value in a column. */
export interface Slice {
  /** Such as `region = north`. */
  readonly name: string;
  readonly rows: Uint32Array;
  /** Why it cannot be judged, in words; undefined if it can. */
  readonly tooFew?: string;
}

export interface ComparedSlice extends Slice {
  readonly comparison: Comparison;
  /** P of a champion's lead of this size, or a greater one, if it is the margin. */
  pWorse(margin: number): number;
}

/**
 * Slices by the values of columns, in the order in which they occur. Cells without a value are a slice of
 * their own.
 */
export function slicesOf(
  { columns, metric, labels, groups }: GateEvidence,
  names: readonly string[],
  minimumRows: number,
): Slice[] {
  return names.flatMap((name) => {
    const rowsByValue = new Map<string, number[]>();
    for (const [row, value] of (columns[name] ?? []).entries()) {
      const rows = rowsByValue.get(value);
      if (rows) rows.push(row);
      else rowsByValue.set(value, [row]);
    }
    return [...rowsByValue].map(([value, list]): Slice => {
      const rows = Uint32Array.from(list);
      const some = {
        labels: Float64Array.from(rows, (row) => labels[row] as number),
        ...(groups && { groups: Uint32Array.from(rows, (row) => groups[row] as number) }),
      };
      return {
        name: sliceName(name, value),
        rows,
        tooFew: tooFewRows(metric, some, minimumRows),
      };
    });
  });
}

/** Such as `region = north`. */
export function sliceName(column: string, value: string): string {
  return `${column} = ${value.trim() || '(empty)'}`;
}

/**
 * Champion and challenger on the rows of a slice; undefined without a champion, or if they cannot be measured
 * there.
 */
export function compareSlice(evidence: GateEvidence, slice: Slice): ComparedSlice | undefined {
  const { metric, labels, champion, challenger, weights, groups, costs } = evidence;
  if (!champion || slice.tooFew) return undefined;
  const sample = rowsOf({ labels, champion, challenger, weights, groups, costs }, slice.rows);
  // Without any weight nothing counts.
  if (sample.weights && !(metric.labels === 'classes' ? bothClassesWeigh(sample) : weigh(sample))) {
    return undefined;
  }
  const comparison = metric.compare(sample);
  if (!Number.isFinite(comparison.lead)) return undefined;
  return {
    ...slice,
    comparison,
    pWorse: (margin) =>
      metric.compare({ ...sample, champion: sample.challenger, challenger: sample.champion }).pValue(margin),
  };
}

function weigh({ weights }: PairedSample): boolean {
  return weights?.some((weight) => weight > 0) ?? true;
}

function bothClassesWeigh({ labels, weights }: PairedSample): boolean {
  return [0, 1].every((label) => labels.some((one, row) => one === label && (weights?.[row] ?? 1) > 0));
}
