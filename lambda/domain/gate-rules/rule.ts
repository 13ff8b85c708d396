import type { GateMetrics } from '../promotion-gate';

/** What the gate asks of a challenger. */
export interface GatePolicy {
  /** Metric that decides. */
  readonly primaryMetric: 'auc';
  /** Probability of promoting a challenger that is not better than the champion by the margin. */
  readonly alpha: number;
  /** Lead over the champion's metric that the challenger must surely exceed; negative for non-inferiority. */
  readonly margin: number;
  /** Least metric of any model in production. Without it the first model must beat chance instead. */
  readonly floor?: number;
  /** Rows of each class that the holdout needs: below it the test's normal approximation is not to be trusted. */
  readonly minimumRowsPerClass: number;
}

/** Labels and scores of the same holdout rows, in columns. A missing value is null, undefined or NaN. */
export interface GateRows {
  readonly label: ArrayLike<number | null | undefined>;
  /** Absent if nothing is in production. */
  readonly champion?: ArrayLike<number | null | undefined>;
  readonly challenger: ArrayLike<number | null | undefined>;
}

/** What one rule found. */
export interface GateReason {
  readonly rule: string;
  readonly passed: boolean;
  readonly message: string;
  /** The numbers that the message rests on. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** Asks whether the rows can be judged at all; undefined if the rule does not apply. */
export type EvidenceRule = (rows: GateRows, policy: GatePolicy) => GateReason | undefined;

/** Asks whether the challenger is good enough; undefined if the rule does not apply. */
export type ComparisonRule = (metrics: GateMetrics, policy: GatePolicy) => GateReason | undefined;
