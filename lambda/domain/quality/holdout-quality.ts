/** What a version did on its holdout. */
export interface HoldoutQuality {
  readonly rows: number;
  readonly value: number;
  /** By slice, as far as the promotion policy judges any. */
  readonly slices?: readonly HoldoutSlice[];
}

/** What it did on the rows that have one value of a column. */
export interface HoldoutSlice {
  /** Such as `region = north`. */
  readonly name: string;
  readonly rows: number;
  readonly value: number;
}
