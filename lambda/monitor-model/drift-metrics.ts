import type { CaptureProfile } from '../domain/traffic/capture-counter';
import type { DriftReport } from '../domain/traffic/drift';

/** Values of the monitor's metrics for one hour. */
export type DriftMetrics = Readonly<Record<string, number>>;

/**
 * The metrics of an hour. Without a verdict there is no drift metric at all, not a zero.
 *
 * @param report undefined if there is no verdict
 * @param last what was recorded in the hour itself
 */
export function driftMetrics(report: DriftReport | undefined, last: CaptureProfile): DriftMetrics {
  const counts = {
    MonitoredRows: last.profile.rows,
    UnreadableRecords: last.unreadable,
    ...(last.records > 0 && { UnreadableShare: last.unreadable / last.records }),
  };
  if (!report || report.status === 'insufficient-rows') return counts;
  const distanceOf = (isPrediction: boolean) =>
    report.features
      .filter(({ feature }) => (feature === 'prediction') === isPrediction)
      .map(({ distance }) => distance ?? 0);
  const [prediction] = distanceOf(true);
  return {
    ...counts,
    DriftedFeatures: report.drifted.length,
    LargestDrift: Math.max(0, ...distanceOf(false)),
    ...(prediction !== undefined && { PredictionDrift: prediction }),
    ComparedRows: report.rows,
  };
}
