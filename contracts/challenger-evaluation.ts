/** What the promotion gate decides. */
export type GateVerdict = 'promote' | 'keep' | 'needs-person';

/** The gate's decision on a challenger, as `evaluate-challenger` answers it. */
export interface ChallengerEvaluation {
  readonly verdict: GateVerdict;
  /** What decided: of a refusal the rules that were not met, of a promotion the comparison. */
  readonly reasons: readonly string[];
  /** Null if the evidence allowed no comparison. */
  readonly metrics: GateMetrics | null;
  /** Where this evaluation stays, whatever the version is compared with later. */
  readonly evaluationKey: string;
  /** `s3://` URI of the page that shows it, which stays, too. */
  readonly report: string;
}

/** The numbers of a comparison. */
export interface GateMetrics {
  /** Name of the metric that decides. */
  readonly primary: string;
  readonly champion?: ModelMetrics | undefined;
  readonly challenger: ModelMetrics;
  /**
   * How much better the challenger is in the primary metric: than the champion, or else than the best
   * constant answer.
   */
  readonly difference: number;
  /** Confidence interval of the difference at 1 - 2 alpha. */
  readonly interval: readonly [number, number];
  /** One-sided: the challenger is no better. */
  readonly pValue: number;
  /** Of this evaluation: its part of the policy's alpha. */
  readonly alpha: number;
}

/** By name. */
export type ModelMetrics = Readonly<Record<string, number>>;
