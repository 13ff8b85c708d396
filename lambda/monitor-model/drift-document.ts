import type { DatasetProfile } from '../domain/data/profile';
import type { Hour } from '../domain/records/hour';
import type { CaptureProfile } from '../domain/traffic/capture-counter';
import { type DriftPolicy, type DriftReport, detectDrift } from '../domain/traffic/drift';
import { type DriftMetrics, driftMetrics } from './drift-metrics';
import type { DriftWindow } from './drift-window';

export interface DriftProps {
  readonly modelVersion: string;
  readonly variant: string;
  readonly baseline: DatasetProfile;
  readonly policy: Partial<DriftPolicy>;
  /** Features that are profiled and not tested. */
  readonly ignoredFeatures: readonly string[];
}

/** The content of `drift.json`. */
export interface DriftDocument {
  readonly version: 1;
  readonly modelVersion: string;
  readonly variant: string;
  /** ISO 8601: the hours that are compared with the training data. */
  readonly from: string;
  readonly until: string;
  /** Why there is no verdict, in words. */
  readonly pending?: string;
  /** Records of the last hour that could not be read. */
  readonly unreadable: number;
  readonly firstProblem?: string;
  /** Features of this version that were not tested. */
  readonly ignoredFeatures: readonly string[];
  readonly report: DriftReport;
}

/** Compares a window with the training data; the last of its hours is also reported by itself. */
export function reportDrift(
  window: DriftWindow,
  last: CaptureProfile & { readonly hour: Hour },
  { modelVersion, variant, baseline, policy, ignoredFeatures }: DriftProps,
): { readonly document: DriftDocument; readonly metrics: DriftMetrics } {
  const report = detectDrift(without(baseline, ignoredFeatures), window.profile, policy);
  const { pending } = window;
  const { unreadable, firstProblem } = last;
  return {
    document: {
      version: 1,
      modelVersion,
      variant,
      from: window.from,
      until: last.hour.end.toISOString(),
      ...(pending !== undefined && { pending }),
      unreadable,
      ...(firstProblem !== undefined && { firstProblem }),
      ignoredFeatures: ignoredFeatures.filter((name) => Object.hasOwn(baseline.features, name)),
      report,
    },
    metrics: driftMetrics(pending === undefined ? report : undefined, last),
  };
}

function without({ features, ...profile }: DatasetProfile, names: readonly string[]): DatasetProfile {
  const others = Object.entries(features).filter(([name]) => !names.includes(name));
  return { ...profile, features: Object.fromEntries(others) };
}
