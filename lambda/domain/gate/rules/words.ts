import type { Metric } from '../../metrics/metric';
import type { Comparison } from '../../statistics/comparison';
import { figure, signed } from '../figures';

/** `lead +0.0923 (+0.0234 to +0.161), p = 0.0136, alpha = 0.05` */
export function leadInWords({ lead, interval, pValue }: Comparison, margin: number, alpha: number): string {
  const [low, high] = interval(alpha);
  return `lead ${signed(lead)} (${signed(low)} to ${signed(high)}), p = ${figure3(pValue(margin))}, alpha = ${figure3(alpha)}`;
}

/** `challenger's AUC 0.8237`, `champion's 0.7314` */
export function bothInWords(metric: Metric, { champion, challenger }: Comparison) {
  return {
    challenger: `challenger's ${metric.title} ${figure(challenger)}`,
    champion: `champion's ${figure(champion)}`,
  };
}

/** The numbers behind {@link leadInWords}. */
export function leadNumbers(comparison: Comparison, margin: number, alpha: number): Record<string, number> {
  const { champion, challenger, lead, interval, pValue } = comparison;
  const [low, high] = interval(alpha);
  return { champion, challenger, lead, low, high, margin, pValue: pValue(margin), alpha };
}

export function figure3(value: number): string {
  return String(Number(value.toPrecision(3)));
}
