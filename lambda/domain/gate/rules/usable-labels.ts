import type { Metric } from '../../metrics/metric';
import type { GateReason, GateRows } from './rule';

/** Every row has a label of the kind that the metric is of. */
export function usableLabels({ label }: GateRows, metric: Metric): GateReason {
  const rows = label.length;
  const { words, holds } = kindOf(metric);
  let unusable = 0;
  for (let i = 0; i < rows; i++) if (!holds(label[i])) unusable++;
  const message =
    unusable > 0
      ? `${unusable} of ${rows} labels are missing or not ${words}, as ${metric.title} needs them`
      : `all ${rows} labels are ${words}`;
  return { rule: 'usable-labels', passed: unusable === 0, message, numbers: { rows, unusable } };
}

function kindOf({ labels, classes = 0 }: Metric): {
  readonly words: string;
  readonly holds: (label: unknown) => boolean;
} {
  switch (labels) {
    case 'classes':
      return { words: '0 or 1', holds: (label) => label === 0 || label === 1 };
    case 'numbers':
      return { words: 'finite numbers', holds: Number.isFinite };
    case 'categories':
      return {
        words: `whole numbers from 0 to ${classes - 1}`,
        holds: (label) => Number.isInteger(label) && Number(label) >= 0 && Number(label) < classes,
      };
  }
}
