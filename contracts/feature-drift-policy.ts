/** How far apart two distributions are; the first is that of the test. */
export type DistanceMeasure =
  | 'largestDifference'
  | 'populationStabilityIndex'
  | 'jensenShannon'
  | 'hellinger'
  | 'wasserstein';

/** When the drift of one feature counts. */
export interface FeatureDriftPolicySettings {
  /** @default - `largestDifference` */
  readonly distance?: DistanceMeasure | undefined;
  /** Least distance by that measure. @default - the one of the comparison, or 0.1 by another measure */
  readonly minimumDistance?: number | undefined;
  /** From 0 to 1. @default - as the version says, or 1 */
  readonly importance?: number | undefined;
}
