import type { DriftComparisonSettings } from '../../contracts/drift-comparison';
import type { Baseline } from '../domain/data/baseline';
import { type DatasetProfile, profileRows } from '../domain/data/profile';
import { type Hour, hoursEarlier, hoursSince } from '../domain/records/hour';
import {
  DEFAULT_DRIFT_POLICY,
  type DriftPolicy,
  type DriftReport,
  detectDrift,
} from '../domain/traffic/drift';
import { type ComparisonShare, comparisonShare } from '../domain/traffic/false-alarm-budget';
import { withImportance } from '../domain/traffic/feature-policy';
import { type ComparedWindow, comparedWindow } from './compared-window';
import { NotProfiledYet } from './not-profiled-yet';
import { type Reference, type ReferenceProps, referenceOf } from './reference-profile';

/** What a monitor compares, and when it counts as drift. */
export interface DriftPlan {
  readonly comparisons: readonly DriftComparisonSettings[];
  /** The budget that all comparisons share. */
  readonly expectedFalseAlarmsPerYear: number;
  /** Its `alpha` comes from the budget. */
  readonly policy: Partial<Omit<DriftPolicy, 'alpha' | 'floor'>>;
  /** Features that are profiled and not tested. */
  readonly ignoredFeatures: readonly string[];
}

export interface ComparedTraffic extends Omit<ReferenceProps, 'minimumRows'> {
  readonly baseline: Baseline;
  /** The hour that has just ended. */
  readonly last: Hour;
}

/** The outcome of one comparison. */
export interface TrafficComparison {
  readonly settings: DriftComparisonSettings;
  /** ISO 8601: when the window begins. */
  readonly from: string;
  readonly share: ComparisonShare;
  readonly minimumDistance: number;
  /** Why there is no verdict, in words. */
  readonly pending?: string;
  readonly window: DatasetProfile;
  /** Left out as long as there is none. */
  readonly reference?: DatasetProfile;
  /** How many times the same hours are part of the reference. */
  readonly times?: number;
  /** How many times they are left out, because they had drifted. */
  readonly leftOut?: number;
  readonly report: DriftReport;
}

/** Makes each comparison of a plan for the hour that has just ended. */
export async function compareTraffic(
  { comparisons, expectedFalseAlarmsPerYear, policy, ignoredFeatures }: DriftPlan,
  traffic: ComparedTraffic,
): Promise<TrafficComparison[]> {
  const share = comparisonShare(expectedFalseAlarmsPerYear, comparisons.length);
  const { minimumRows, minimumDistance } = { ...DEFAULT_DRIFT_POLICY, ...policy };
  const features = withImportance(policy.features ?? {}, traffic.baseline.importance ?? {});
  const made: TrafficComparison[] = [];
  for (const settings of comparisons) {
    const least = settings.minimumDistance ?? minimumDistance;
    const { window, reference } = await find(settings, minimumRows, traffic);
    const pending = window.pending ?? reference.pending;
    made.push({
      settings,
      from: hoursEarlier(window.last, window.hours - 1).start.toISOString(),
      share,
      minimumDistance: least,
      ...(pending !== undefined && { pending }),
      window: window.profile,
      ...(reference.profile && { reference: reference.profile }),
      ...(reference.times !== undefined && { times: reference.times }),
      ...(reference.leftOut !== undefined && { leftOut: reference.leftOut }),
      report: reference.profile
        ? detectDrift(without(reference.profile, ignoredFeatures), window.profile, {
            ...policy,
            features,
            alpha: share.alpha,
            minimumDistance: least,
            // Whatever the policy of a feature says, a comparison may have cycles to allow for.
            floor: settings.minimumDistance ?? 0,
          })
        : { status: 'insufficient-rows', drifted: [], rows: window.profile.rows, features: [], findings: [] },
    });
  }
  return made;
}

async function find(
  { window: ofWindow, reference: ofReference }: DriftComparisonSettings,
  minimumRows: number,
  { last, ...traffic }: ComparedTraffic,
): Promise<{ readonly window: ComparedWindow; readonly reference: Reference }> {
  try {
    const inProduction = hoursSince(traffic.since, last);
    const window = await comparedWindow(last, inProduction, ofWindow, minimumRows, traffic.read);
    return { window, reference: await referenceOf(window, ofReference, { ...traffic, minimumRows }) };
  } catch (error) {
    if (!(error instanceof NotProfiledYet)) throw error;
    const profile = profileRows(traffic.baseline, Object.keys(traffic.baseline.features), []);
    const window = { profile, last, hours: ofWindow.hours, pending: error.message };
    return { window, reference: {} };
  }
}

function without({ features, ...profile }: DatasetProfile, names: readonly string[]): DatasetProfile {
  const others = Object.entries(features).filter(([name]) => !names.includes(name));
  return { ...profile, features: Object.fromEntries(others) };
}
