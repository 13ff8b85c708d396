/** What the promotion gate asks of a challenger. */
export interface GatePolicy {
  readonly metric: MetricSettings;
  /** Probability of promoting a challenger that is no better, over all evaluations on one holdout. */
  readonly alpha: number;
  readonly rules: readonly RuleSettings[];
  /** Rows, of each class if there are classes, below which the normal approximation is not to be trusted. */
  readonly minimumRows: number;
  /** What is done if the data are too few to tell. */
  readonly ifUndecided: 'keep' | 'needs-person';
}

/** One rule of a policy. */
export type RuleSettings =
  | { readonly rule: 'superior'; readonly margin: number }
  | { readonly rule: 'notInferior'; readonly margin: number }
  | { readonly rule: 'atLeast'; readonly floor: number }
  | {
      readonly rule: 'noSliceWorse';
      readonly columns: readonly string[];
      readonly margin: number;
      readonly minimumRows?: number | undefined;
    }
  | { readonly rule: 'calibrated'; readonly max: number }
  | { readonly rule: 'sizeWithin'; readonly ratio: number }
  | { readonly rule: 'fairnessGap'; readonly column: string; readonly max: number }
  | { readonly rule: 'betterThanColumn'; readonly column: string };

/** Which metric, and its numbers. `classes` is absent for labels of 0 and 1. */
export type MetricSettings =
  | { readonly name: 'auc' | 'averagePrecision' | 'brier' | 'calibrationError' | 'mae' | 'rmse' }
  | { readonly name: 'logLoss'; readonly classes?: number | undefined }
  | {
      readonly name: 'accuracy';
      readonly classes?: number | undefined;
      readonly threshold?: number | undefined;
    }
  | { readonly name: 'precision' | 'recall' | 'f1'; readonly threshold?: number | undefined }
  | { readonly name: 'macroF1'; readonly classes: number }
  | { readonly name: 'quantileLoss'; readonly quantile: number }
  | {
      readonly name: 'cost';
      readonly falsePositive: number;
      readonly falseNegative: number;
      readonly truePositive?: number | undefined;
      readonly trueNegative?: number | undefined;
      readonly threshold?: number | undefined;
    }
  | {
      readonly name: 'costColumns';
      readonly columns: readonly string[];
      readonly threshold?: number | undefined;
    };
