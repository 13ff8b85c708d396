import type { Metric } from '../../metrics/metric';
import type { Comparison } from '../../statistics/comparison';

/** A cell of a holdout that should be a number. Missing is null, undefined or NaN. */
export type Numbers = ArrayLike<number | null | undefined>;

/** Labels, scores and more of the same holdout rows, in columns. */
export interface GateRows {
  readonly label: Numbers;
  /**
   * Of several classes: as many for each row, one row after the other. Absent if nothing is in production.
   */
  readonly champion?: Numbers;
  readonly challenger: Numbers;
  /** How much each row counts. @default 1 */
  readonly weight?: Numbers;
  /** Rows of one group, such as a customer, may depend on each other. @default - each row for itself */
  readonly group?: readonly string[];
  /** Columns that distinguish rows, by name. */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  /**
   * What each answer costs, as many for each row as there are answers, one row after the other, if the metric
   * is of that.
   */
  readonly costs?: Numbers;
  /** Answers that others would give, by the name of their column. */
  readonly rivals?: Readonly<Record<string, Numbers>>;
}

/** The rows of a holdout once they are usable, and what else is known of both models. */
export interface GateEvidence {
  readonly metric: Metric;
  /** Probability of being wrong that each rule may have. */
  readonly alpha: number;
  /** Rows that a part of the holdout needs to be judged. */
  readonly minimumRows: number;
  readonly labels: Float64Array;
  readonly challenger: Float64Array;
  /** Absent if nothing is in production. */
  readonly champion?: Float64Array;
  readonly weights?: Float64Array;
  readonly groups?: Uint32Array;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly costs?: Float64Array;
  readonly rivals: Readonly<Record<string, Float64Array>>;
  /**
   * Of all rows: with the champion, or the best answer that is the same for all rows if nothing is in
   * production.
   */
  readonly comparison: Comparison;
  /** Size of the models' archives, if known. */
  readonly bytes?: { readonly champion?: number; readonly challenger?: number };
}

/** What one rule found. */
export interface GateReason {
  readonly rule: string;
  readonly passed: boolean;
  /** Of a rule that was not passed: the data are too few to tell, which is no fault of the challenger. */
  readonly undecided?: boolean;
  readonly message: string;
  /** The numbers that the message rests on. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** Asks whether the challenger is good enough; undefined if the rule does not apply. */
export type GateRule = (evidence: GateEvidence) => GateReason | undefined;
