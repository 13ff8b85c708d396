import type { ModelAnswer } from '../inference/model-answer';

/** What the model makes of a row. */
export type RowAnswer = RowPrediction | { readonly problem: string };

export interface RowPrediction {
  readonly prediction: ModelAnswer['predictions'][number];
  /** Of several classes. */
  readonly probabilities?: readonly number[] | undefined;
}
