/** What a monitor compares every hour: a window of traffic with a reference. */
export interface DriftComparisonSettings {
  readonly window: DriftWindowSettings;
  readonly reference: DriftReferenceSettings;
  /** Least distance that counts as drift; the monitor's if it is left out. */
  readonly minimumDistance?: number | undefined;
}

/** The latest hours of traffic. */
export interface DriftWindowSettings {
  readonly hours: number;
  /** While there are too few rows, the window grows by `hours` up to this; a multiple of `hours`. */
  readonly maximumHours: number;
}

/** What a window is compared with. */
export type DriftReferenceSettings =
  | { readonly is: 'trainingData' }
  /** The window that ends so many hours earlier, and those as many hours before it, merged. */
  | { readonly is: 'sameHours'; readonly everyHours: number; readonly times: number }
  /** As many hours as the window has, just before it. */
  | { readonly is: 'previousWindow' }
  /** Whole hours of the past, ISO 8601 in UTC. */
  | { readonly is: 'period'; readonly from: string; readonly to: string };
