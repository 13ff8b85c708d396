/** Hours of a year, in each of which every comparison is made once. */
const HOURS_A_YEAR = 365.25 * 24;

/** What a comparison may contribute to the false alarms of a monitor. */
export interface ComparisonShare {
  /** False alarms a year that are expected at most because of this comparison alone. */
  readonly falseAlarmsPerYear: number;
  /** Probability of any false alarm among all features in one hour. */
  readonly alpha: number;
}

/**
 * Spends a budget of false alarms evenly over the comparisons of a monitor and the hours of a year:
 *
 *     alpha = F / (C H)
 *
 * with F the expected false alarms a year, C the comparisons that are made each hour, and H = 8,766 hours. By
 * Boole's inequality, the expected number of hours with a false verdict is then at most C H alpha = F,
 * however the verdicts depend on each other: windows overlap from hour to hour, and comparisons share them.
 * Within a comparison, Holm's correction (`holm`) divides alpha among the features.
 *
 * An alarm goes off only in an hour with such a verdict, so that there are at most as many alarms. That the
 * alarm needs several verdicts (k of n hours) is not credited: overlapping windows err together.
 *
 * @param expectedFalseAlarmsPerYear F, above 0
 * @param comparisons C, at least 1
 */
export function comparisonShare(expectedFalseAlarmsPerYear: number, comparisons: number): ComparisonShare {
  const falseAlarmsPerYear = expectedFalseAlarmsPerYear / comparisons;
  return { falseAlarmsPerYear, alpha: Math.min(1, falseAlarmsPerYear / HOURS_A_YEAR) };
}
