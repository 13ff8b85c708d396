import type { DriftReport } from '../domain/drift';

/** Values of the monitor's metrics for one hour. */
export type DriftMetrics = Readonly<Record<string, number>>;

/**
 * The metrics of an hour. Where rows are too few for a verdict there is no drift metric at all, not a zero.
 *
 * @param report undefined without any row
 */
export function driftMetrics(report: DriftReport | undefined, unreadable: number): DriftMetrics {
  const counts = { MonitoredRows: report?.rows ?? 0, UnreadableRecords: unreadable };
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
  };
}
