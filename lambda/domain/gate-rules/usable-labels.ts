import type { Metric } from '../metrics/metric';
import type { GateReason, GateRows } from './rule';

const KINDS: Readonly<
  Record<Metric['labels'], { readonly words: string; readonly holds: (label: unknown) => boolean }>
> = {
  classes: { words: '0 or 1', holds: (label) => label === 0 || label === 1 },
  numbers: { words: 'finite numbers', holds: Number.isFinite },
  categories: {
    words: 'whole numbers from 0',
    holds: (label) => Number.isInteger(label) && Number(label) >= 0,
  },
};

/** Every row has a label of the kind that the metric is of. */
export function usableLabels({ label }: GateRows, metric: Metric): GateReason {
  const rows = label.length;
  const { words, holds } = KINDS[metric.labels];
  let unusable = 0;
  for (let i = 0; i < rows; i++) if (!holds(label[i])) unusable++;
  const message =
    unusable > 0
      ? `${unusable} of ${rows} labels are missing or not ${words}, as ${metric.title} needs them`
      : `all ${rows} labels are ${words}`;
  return { rule: 'usable-labels', passed: unusable === 0, message, numbers: { rows, unusable } };
}
