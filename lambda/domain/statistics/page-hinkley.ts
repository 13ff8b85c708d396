import type { ChangeDetector } from './change-detector';

/** Values before a change is looked for. */
const WARM_UP = 30;
/** Rise of the mean that does not count as one. */
const TOLERANCE = 0.005;
/** Sum of the rises that is a change. */
const THRESHOLD = 50;
/** What is left of the sum with each value. */
const MEMORY = 1 - 0.0001;

/**
 * The Page-Hinkley test for a rise: the sum of the distances from the mean so far, less a tolerance, has
 * risen above its least value by more than a threshold (E. S. Page, Biometrika 41 (1954), p. 100; D. V.
 * Hinkley, Biometrika 58 (1971), p. 509). Constants and the forgetting factor are river's defaults, made for
 * values from 0 to 1. It has no known rate of false alarms.
 */
export class PageHinkley implements ChangeDetector {
  private count = 0;
  private mean = 0;
  private sum = 0;
  private least = Number.POSITIVE_INFINITY;

  add(value: number): boolean {
    this.count++;
    this.mean += (value - this.mean) / this.count;
    this.sum = MEMORY * this.sum + value - this.mean - TOLERANCE;
    this.least = Math.min(this.least, this.sum);
    if (this.count < WARM_UP || this.sum - this.least <= THRESHOLD) return false;
    this.count = 0;
    this.mean = 0;
    this.sum = 0;
    this.least = Number.POSITIVE_INFINITY;
    return true;
  }
}
