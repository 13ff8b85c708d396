import type { GateMetrics, GateVerdict } from '../challenger-evaluation';
import type { GatePolicy } from '../gate-policy';

/** Settings of `judge-scores`. */
export interface JudgeScoresSettings {
  readonly policy: GatePolicy;
  readonly judgedBy: {
    readonly weightColumn?: string | undefined;
    readonly groupColumn?: string | undefined;
  };
  /** What the keys begin with that it writes; it ends with a slash. */
  readonly prefix: string;
}

/** Request to `judge-scores`. Files are keys of the gate's bucket, or `s3://` URIs of objects in it. */
export interface JudgeScoresRequest {
  /** A label a line, without a header. */
  readonly labels: string;
  /** A score a line, or as many as there are classes, without a header. */
  readonly challengerScores: string;
  /** Absent, null or empty if nothing is in production. */
  readonly championScores?: string | null | undefined;
  /** Columns that the policy reads, with a header. */
  readonly columns?: string | null | undefined;
  /** Name of the challenger in the report. */
  readonly challenger: string;
  /** Name of the champion in the report. */
  readonly champion: string;
}

/** The gate's decision, as `judge-scores` answers it. */
export interface ScoresJudgement {
  readonly verdict: GateVerdict;
  /** What decided: of a refusal the rules that were not met, of a promotion the comparison. */
  readonly reasons: readonly string[];
  /** Null if the evidence allowed no comparison. */
  readonly metrics: GateMetrics | null;
  /** Which evaluation on these labels it is, from 1: each has less of alpha. */
  readonly evaluation: number;
  /** `s3://` URI of the page that shows it. */
  readonly report: string;
}
