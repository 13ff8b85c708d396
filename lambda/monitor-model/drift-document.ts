import type { Hour } from '../domain/records/hour';
import { type CaptureProfile, firstProblem } from '../domain/traffic/capture-profile';
import type { DriftStatus, FeatureDrift } from '../domain/traffic/drift';
import { type DriftComparisonReport, type DriftDocument, hasVerdict } from '../domain/traffic/drift-document';
import type { TrafficComparison } from './compare-traffic';

export interface DriftDocumentProps {
  readonly modelVersion: string;
  readonly variant: string;
  /** Features of this version that were not tested. */
  readonly ignoredFeatures: readonly string[];
  /** Key of the first records of the hour that cannot be read; undefined if all can. */
  readonly rejectedRecords?: string;
  /** The document of the hour before; undefined if there is none. */
  readonly previous?: DriftDocument;
}

/** What is known of the hour that has just ended. */
export interface LastHour extends CaptureProfile {
  readonly hour: Hour;
  /** Requests that were answered although nothing was recorded; undefined if nothing is to be recorded. */
  readonly unrecorded?: number;
}

/** The content of `drift.json`. */
export function reportDrift(
  comparisons: readonly TrafficComparison[],
  last: LastHour,
  { modelVersion, variant, ignoredFeatures, rejectedRecords, previous }: DriftDocumentProps,
): DriftDocument {
  const { unreadable, rejections, profile, unrecorded = 0 } = last;
  const problem = firstProblem(last);
  const until = last.hour.end.toISOString();
  const before = previous?.modelVersion === modelVersion ? previous : undefined;
  const made = comparisons.map((comparison) => reportOf(comparison, until, before?.comparisons ?? []));
  const verdicts = made.filter(hasVerdict);
  return {
    version: 2,
    modelVersion,
    variant,
    until,
    unreadable,
    ...(problem !== undefined && { firstProblem: problem, rejections }),
    ...(rejectedRecords !== undefined && { rejectedRecords }),
    ignoredFeatures: ignoredFeatures.filter((name) => Object.hasOwn(profile.features, name)),
    status: statusOf(verdicts),
    drifted: driftedOf(verdicts),
    ...(verdicts.length === 0 && {
      noVerdictSince: before?.noVerdictSince ?? last.hour.start.toISOString(),
    }),
    ...(unrecorded > 0 && { unrecordedRequests: unrecorded }),
    comparisons: made,
  };
}

function statusOf(verdicts: readonly DriftComparisonReport[]): DriftStatus {
  if (verdicts.length === 0) return 'insufficient-rows';
  return verdicts.some(({ report }) => report.status === 'drift') ? 'drift' : 'stable';
}

/** Each feature once, at its largest distance. */
function driftedOf(verdicts: readonly DriftComparisonReport[]): string[] {
  const distances = new Map<string, number>();
  for (const { report } of verdicts) {
    for (const { feature, status, distance = 0 } of report.features) {
      if (status === 'drift') distances.set(feature, Math.max(distance, distances.get(feature) ?? 0));
    }
  }
  return [...distances].sort(([, a], [, b]) => b - a).map(([feature]) => feature);
}

function reportOf(
  comparison: TrafficComparison,
  until: string,
  before: readonly DriftComparisonReport[],
): DriftComparisonReport {
  const { settings, from, share, minimumDistance, pending, reference, times, leftOut, report } = comparison;
  const earlier = before.find((one) => isSame(one, comparison));
  return {
    from,
    windowHours: settings.window.hours,
    reference: {
      settings: settings.reference,
      rows: reference?.rows ?? 0,
      ...(times !== undefined && { times }),
      ...(leftOut !== undefined && { leftOut }),
    },
    ...(pending !== undefined && { pending }),
    ...share,
    minimumDistance,
    report: {
      ...report,
      features: report.features.map((feature) => ({ ...feature, ...sinceOf(feature, until, earlier) })),
    },
  };
}

function isSame({ windowHours, reference }: DriftComparisonReport, { settings }: TrafficComparison): boolean {
  return (
    windowHours === settings.window.hours &&
    JSON.stringify(reference.settings) === JSON.stringify(settings.reference)
  );
}

/** Since when a feature has drifted, window after window. */
function sinceOf({ feature, status }: FeatureDrift, until: string, before?: DriftComparisonReport) {
  if (status !== 'drift') return {};
  const earlier = before?.report.features.find((one) => one.feature === feature && one.status === 'drift');
  return { since: earlier?.since ?? until };
}
