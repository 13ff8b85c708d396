import type { JoinedLabels } from './label-join';
import type { QualityDocument } from './quality-document';

/** How many of the recorded requests have a label, and how late the labels were. */
export function completenessOf({
  requests,
  share: sampled,
  labelled,
  changed,
  delays,
}: JoinedLabels): NonNullable<QualityDocument['completeness']> {
  const sorted = Float64Array.from(delays).sort();
  return {
    requests,
    sampled,
    labelled,
    share: requests === 0 ? 0 : labelled / requests,
    changed,
    ...(sorted.length > 0 && {
      delay: { medianSeconds: secondsAt(sorted, 0.5), p95Seconds: secondsAt(sorted, 0.95) },
    }),
  };
}

/** The least of the values that at least such a share does not exceed. Clocks apart make no label early. */
function secondsAt(sorted: Float64Array, share: number): number {
  const index = Math.max(0, Math.ceil(share * sorted.length) - 1);
  return Math.max(0, sorted[index] as number) / 1000;
}
