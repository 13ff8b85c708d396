import type { CaptureProfile } from '../domain/traffic/capture-counter';
import { type DriftDocument, hasVerdict } from '../domain/traffic/drift-document';

/** Values of the monitor's metrics for one hour. */
export type DriftMetrics = Readonly<Record<string, number>>;

/**
 * The metrics of an hour. Without a verdict there is no drift metric at all, not a zero. Distances and rows
 * are those of the first comparison with a verdict.
 *
 * @param last what was recorded in the hour itself
 */
export function driftMetrics({ comparisons, drifted }: DriftDocument, last: CaptureProfile): DriftMetrics {
  const counts = {
    MonitoredRows: last.profile.rows,
    UnreadableRecords: last.unreadable,
    ...(last.records > 0 && { UnreadableShare: last.unreadable / last.records }),
  };
  const comparison = comparisons.find(hasVerdict);
  if (!comparison) return counts;
  const { features, rows } = comparison.report;
  const distanceOf = (isPrediction: boolean) =>
    features
      .filter(({ feature }) => (feature === 'prediction') === isPrediction)
      .map(({ distance }) => distance ?? 0);
  const [prediction] = distanceOf(true);
  return {
    ...counts,
    DriftedFeatures: drifted.length,
    LargestDrift: Math.max(0, ...distanceOf(false)),
    ...(prediction !== undefined && { PredictionDrift: prediction }),
    ComparedRows: rows,
  };
}
