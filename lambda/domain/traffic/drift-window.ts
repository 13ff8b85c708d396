/** Which hours of traffic are compared with the training data. */
export interface DriftWindowPolicy {
  /** Hours that are compared at least: a day of them contains each hour of the day once. */
  readonly hours: number;
  /** Hours that are compared at most, while there are too few rows. */
  readonly maximumHours: number;
  /** With fewer rows there is no verdict. */
  readonly minimumRows: number;
}
