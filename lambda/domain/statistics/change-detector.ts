/** Looks for a change of the mean in a sequence of values, one after the other, in bounded memory. */
export interface ChangeDetector {
  /** @returns whether the mean has changed, by the values up to this one */
  add(value: number): boolean;
}
