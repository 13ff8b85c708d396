import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';

/** When a challenger may replace the champion: both are scored on the same holdout. */
export interface PromotionPolicyProps {
  /**
   * Probability of promoting a challenger that is no better. Paired DeLong test of the areas under the ROC curve, one-sided.
   * @default 0.05
   */
  readonly alpha?: number;

  /**
   * How much better the challenger must be, in AUC.
   * @default 0
   */
  readonly margin?: number;

  /**
   * AUC that every version must reach, also the first.
   * @default - the first version must be better than chance
   */
  readonly floor?: number;
}

/**
 * The policy as the gate reads it.
 *
 * @throws Error that tells every prop out of range
 */
export function resolvePromotionPolicy(
  scope: Construct,
  props: PromotionPolicyProps = {},
): PromotionPolicyProps {
  const within = (value: number | undefined, low: number, high: number) =>
    value === undefined || (value >= low && value <= high);
  new Validation(scope)
    .check(props.alpha, within(props.alpha, 1e-6, 0.5), 'promotion.alpha must be 0.000001 to 0.5')
    .check(props.margin, within(props.margin, 0, 0.5), 'promotion.margin must be 0 to 0.5')
    .check(props.floor, within(props.floor, 0, 1), 'promotion.floor must be 0 to 1')
    .finish();
  return props;
}
