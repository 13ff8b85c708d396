import { type DriftPolicy, type DriftReport, detectDrift } from '../domain/drift';
import type { Hour } from '../domain/hour';
import type { DatasetProfile } from '../domain/profile';
import { type DriftMetrics, driftMetrics } from './drift-metrics';
import { type CaptureProfileProps, profileCapture } from './profile-capture';

export interface HourProps extends CaptureProfileProps {
  readonly modelVersion: string;
  readonly variant: string;
  readonly hour: Hour;
  readonly policy: Partial<DriftPolicy>;
  /** Features that are profiled and not tested. */
  readonly ignoredFeatures: readonly string[];
}

/** What an hour of traffic looked like, beside its model's training data. */
export interface HourReport {
  readonly profile: DatasetProfile;
  readonly drift: DriftDocument;
  readonly metrics: DriftMetrics;
}

/** The content of `drift.json`. */
export interface DriftDocument {
  readonly version: 1;
  readonly modelVersion: string;
  readonly variant: string;
  /** ISO 8601. */
  readonly from: string;
  readonly until: string;
  readonly unreadable: number;
  readonly firstProblem?: string;
  /** Features of this version that were not tested. */
  readonly ignoredFeatures: readonly string[];
  readonly report: DriftReport;
}

/** Summarises one hour of recorded traffic; undefined if there was none. */
export async function monitorHour(
  files: AsyncIterable<string>,
  props: HourProps,
): Promise<HourReport | undefined> {
  const { modelVersion, variant, hour, baseline, policy, ignoredFeatures } = props;
  const { profile, unreadable, firstProblem } = await profileCapture(files, props);
  if (profile.rows === 0 && unreadable === 0) return undefined;
  const report = detectDrift(without(baseline, ignoredFeatures), profile, policy);
  const drift: DriftDocument = {
    version: 1,
    modelVersion,
    variant,
    from: hour.start.toISOString(),
    until: hour.end.toISOString(),
    unreadable,
    ...(firstProblem !== undefined && { firstProblem }),
    ignoredFeatures: ignoredFeatures.filter((name) => name in baseline.features),
    report,
  };
  return { profile, drift, metrics: driftMetrics(report, unreadable) };
}

function without({ features, ...profile }: DatasetProfile, names: readonly string[]): DatasetProfile {
  const others = Object.entries(features).filter(([name]) => !names.includes(name));
  return { ...profile, features: Object.fromEntries(others) };
}
