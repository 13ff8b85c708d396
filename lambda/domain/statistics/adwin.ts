import type { ChangeDetector } from './change-detector';

/** How often the window is checked: each time so many values have come. */
const CLOCK = 32;
/** Buckets of a size; two of more are merged. */
const BUCKETS_OF_A_SIZE = 5;
/** Values that either part of the window has at least. */
const FEWEST = 5;
/** Values that the window has at least. */
const FEWEST_IN_WINDOW = 10;

/**
 * A part of the window: how many values, their sum, and the sum of their squared distances from their mean.
 */
interface Bucket {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

/**
 * ADWIN2: a window that drops its oldest values as long as two parts of it, the older and the newer, have
 * means that differ by more than chance allows: |m0 - m1| > sqrt(2 s^2 d / m) + 2 d / (3 m), with the
 * window's variance s^2, 1/m = 1/n0 + 1/n1 and d = ln(2 ln(n) / delta) (A. Bifet and R. Gavalda, SIAM
 * International Conference on Data Mining 2007, p. 443). Values are from 0 to 1. As in river's
 * implementation, the window is checked every 32 values, and n0 and n1 are taken as 4 less. The window is
 * kept in buckets of 1, 2, 4 and so on values.
 */
export class Adwin implements ChangeDetector {
  /** Oldest, and so largest, first. */
  private buckets: Bucket[] = [];
  private window: Bucket = { count: 0, sum: 0, squares: 0 };
  private added = 0;

  /** @param delta probability that a check finds a change where there is none, at most */
  constructor(private readonly delta: number) {}

  add(value: number): boolean {
    const bucket = { count: 1, sum: value, squares: 0 };
    this.buckets.push(bucket);
    this.window = together(this.window, bucket);
    this.merge();
    this.added++;
    let hasChanged = false;
    if (this.added % CLOCK === 0) {
      while (this.window.count > FEWEST_IN_WINDOW && this.canBeCut()) {
        this.window = without(this.window, this.buckets.shift() as Bucket);
        hasChanged = true;
      }
    }
    return hasChanged;
  }

  private merge(): void {
    const { buckets } = this;
    let end = buckets.length;
    while (end > BUCKETS_OF_A_SIZE) {
      const { count } = buckets[end - 1] as Bucket;
      const first = end - 1 - BUCKETS_OF_A_SIZE;
      if (buckets[first]?.count !== count) return;
      buckets.splice(first, 2, together(buckets[first] as Bucket, buckets[first + 1] as Bucket));
      end = first + 1;
    }
  }

  private canBeCut(): boolean {
    const { window } = this;
    let older: Bucket = { count: 0, sum: 0, squares: 0 };
    for (const bucket of this.buckets) {
      older = together(older, bucket);
      const newer = window.count - older.count;
      if (newer < FEWEST) return false;
      if (older.count < FEWEST) continue;
      const difference = older.sum / older.count - (window.sum - older.sum) / newer;
      if (Math.abs(difference) > this.leastChange(older.count, newer)) return true;
    }
    return false;
  }

  private leastChange(older: number, newer: number): number {
    const { count, squares } = this.window;
    const d = Math.log((2 * Math.log(count)) / this.delta);
    const perValue = 1 / (older - FEWEST + 1) + 1 / (newer - FEWEST + 1);
    return Math.sqrt(2 * perValue * (squares / count) * d) + (2 / 3) * d * perValue;
  }
}

function together(one: Bucket, other: Bucket): Bucket {
  const count = one.count + other.count;
  const apart = one.count === 0 ? 0 : one.sum / one.count - other.sum / other.count;
  return {
    count,
    sum: one.sum + other.sum,
    squares: one.squares + other.squares + (one.count * other.count * apart ** 2) / count,
  };
}

function without(window: Bucket, part: Bucket): Bucket {
  const count = window.count - part.count;
  const sum = window.sum - part.sum;
  const apart = sum / count - part.sum / part.count;
  const squares = window.squares - part.squares - (count * part.count * apart ** 2) / window.count;
  return { count, sum, squares: Math.max(0, squares) };
}
