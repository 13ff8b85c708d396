import { hoursSince } from '../domain/records/hour';
import { isOfAnswers, PREDICTION } from '../domain/traffic/answer-names';
import { type DriftDocument, hasVerdict } from '../domain/traffic/drift-document';
import type { LastHour } from './drift-document';

/** Values of the monitor's metrics for one hour. */
export type DriftMetrics = Readonly<Record<string, number>>;

/**
 * The metrics of an hour. Without a verdict there is no drift metric at all, not a zero. Distances and rows
 * are those of the first comparison with a verdict.
 *
 * @param document undefined without traffic
 */
export function driftMetrics(document: DriftDocument | undefined, last: LastHour): DriftMetrics {
  const { unreadable, records, unrecorded } = last;
  const counts = {
    MonitoredRows: last.profile.rows,
    UnreadableRecords: unreadable,
    ...(records > 0 && { UnreadableShare: unreadable / records }),
    ...(unrecorded !== undefined && { UnrecordedRequests: unrecorded }),
  };
  if (!document) return counts;
  const { noVerdictSince } = document;
  const hoursWithoutVerdict =
    noVerdictSince === undefined ? 0 : hoursSince(new Date(noVerdictSince), last.hour);
  const comparison = document.comparisons.find(hasVerdict);
  if (!comparison) return { ...counts, HoursWithoutVerdict: hoursWithoutVerdict };
  const { features, rows } = comparison.report;
  const inputs = features.filter(({ feature }) => !isOfAnswers(feature));
  const prediction = features.find(({ feature }) => feature === PREDICTION);
  return {
    ...counts,
    HoursWithoutVerdict: hoursWithoutVerdict,
    DriftedFeatures: document.drifted.length,
    LargestDrift: Math.max(0, ...inputs.map(({ distance = 0 }) => distance)),
    ...(prediction && { PredictionDrift: prediction.distance ?? 0 }),
    ComparedRows: rows,
  };
}
