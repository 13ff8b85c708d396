import type { DatasetProfile } from '../domain/data/profile';
import type { Hour } from '../domain/records/hour';
import type { CaptureProfile } from '../domain/traffic/capture-counter';
import { type DriftPolicy, detectDrift, type FeatureDrift } from '../domain/traffic/drift';
import type { DriftDocument } from '../domain/traffic/drift-document';
import { type DriftMetrics, driftMetrics } from './drift-metrics';
import type { DriftWindow } from './drift-window';

export interface DriftProps {
  readonly modelVersion: string;
  readonly variant: string;
  readonly baseline: DatasetProfile;
  readonly policy: Partial<DriftPolicy>;
  /** Features that are profiled and not tested. */
  readonly ignoredFeatures: readonly string[];
  /** The comparison an hour ago; undefined if there was none. */
  readonly previous?: DriftDocument;
}

/** Compares a window with the training data; the last of its hours is also reported by itself. */
export function reportDrift(
  window: DriftWindow,
  last: CaptureProfile & { readonly hour: Hour },
  { modelVersion, variant, baseline, policy, ignoredFeatures, previous }: DriftProps,
): { readonly document: DriftDocument; readonly metrics: DriftMetrics } {
  const report = detectDrift(without(baseline, ignoredFeatures), window.profile, policy);
  const { pending } = window;
  const { unreadable, firstProblem } = last;
  const until = last.hour.end.toISOString();
  const before = previous?.modelVersion === modelVersion ? previous : undefined;
  return {
    document: {
      version: 1,
      modelVersion,
      variant,
      from: window.from,
      until,
      ...(pending !== undefined && { pending }),
      unreadable,
      ...(firstProblem !== undefined && { firstProblem }),
      ignoredFeatures: ignoredFeatures.filter((name) => Object.hasOwn(baseline.features, name)),
      report: {
        ...report,
        features: report.features.map((feature) => ({ ...feature, ...sinceOf(feature, until, before) })),
      },
    },
    metrics: driftMetrics(pending === undefined ? report : undefined, last),
  };
}

/** Since when a feature has drifted, window after window. */
function sinceOf({ feature, status }: FeatureDrift, until: string, before: DriftDocument | undefined) {
  if (status !== 'drift') return {};
  const earlier = before?.report.features.find((one) => one.feature === feature && one.status === 'drift');
  return { since: earlier?.since ?? until };
}

function without({ features, ...profile }: DatasetProfile, names: readonly string[]): DatasetProfile {
  const others = Object.entries(features).filter(([name]) => !names.includes(name));
  return { ...profile, features: Object.fromEntries(others) };
}
