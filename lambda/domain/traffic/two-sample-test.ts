/** The outcome of one test, before any correction. */
export interface TwoSampleTest {
  readonly test: 'kolmogorov-smirnov' | 'chi-squared';
  /** D of Kolmogorov-Smirnov; the chi-squared statistic. */
  readonly statistic: number;
  /** D of Kolmogorov-Smirnov; the total variation distance of the categories. */
  readonly distance: number;
  readonly pValue: number;
}
