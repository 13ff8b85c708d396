import { studentSurvival, studentUpperQuantile } from './beta-functions';
import { normalSurvival, normalUpperQuantile } from './special-functions';

/** A metric of two models on the same rows, and how sure their difference is. */
export interface Comparison {
  readonly champion: number;
  readonly challenger: number;
  /**
   * How much better the challenger is, in the metric's unit: positive if it is better, whether that is higher
   * or lower.
   */
  readonly lead: number;
  /** Standard error of the lead. */
  readonly standardError: number;
  /** Probability of such a lead, or a greater one, if the true lead is the margin. */
  pValue(margin: number): number;
  /** Interval of the lead; the true lead lies beyond each of its ends with probability `alpha`. */
  interval(alpha: number): readonly [number, number];
}

/** What is known of a lead that is distributed like Student's t, or normally, around the true lead. */
export interface EstimatedLead
  extends Pick<Comparison, 'champion' | 'challenger' | 'lead' | 'standardError'> {
  /** Infinity for the normal distribution. */
  readonly degreesOfFreedom: number;
}

/**
 * A comparison by an estimated lead. With no error at all the lead is certain; if it is the margin, p is 1/2.
 */
export function leadComparison({ degreesOfFreedom, ...estimate }: EstimatedLead): Comparison {
  const { lead, standardError } = estimate;
  const isNormal = degreesOfFreedom === Number.POSITIVE_INFINITY;
  return {
    ...estimate,
    pValue: (margin) => {
      const excess = lead - margin;
      const ratio = excess === 0 ? 0 : excess / standardError;
      if (isNormal) return normalSurvival(ratio);
      if (!Number.isFinite(ratio)) return ratio > 0 ? 0 : 1;
      return studentSurvival(ratio, degreesOfFreedom);
    },
    interval: (alpha) => {
      const quantile = isNormal ? normalUpperQuantile(alpha) : studentUpperQuantile(alpha, degreesOfFreedom);
      return [lead - quantile * standardError, lead + quantile * standardError];
    },
  };
}
