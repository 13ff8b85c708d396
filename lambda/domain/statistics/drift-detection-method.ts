import type { ChangeDetector } from './change-detector';

/** Values before a change is looked for. */
const WARM_UP = 30;
/** Standard deviations above the least that are a change. */
const CHANGE = 3;

/**
 * DDM: an error rate p with the standard deviation s = sqrt(p (1 - p) / n) has risen if p + s exceeds its
 * least value by three of the standard deviations that it had then (J. Gama et al., Advances in Artificial
 * Intelligence, SBIA 2004, LNCS 3171, p. 286). Values are 0 or 1. It has no known rate of false alarms: three
 * standard deviations would be one of many looks.
 */
export class DriftDetectionMethod implements ChangeDetector {
  private count = 0;
  private mean = 0;
  private least = { rate: 0, deviation: 0, sum: Number.POSITIVE_INFINITY };

  add(value: number): boolean {
    this.count++;
    this.mean += (value - this.mean) / this.count;
    const { count, mean: rate } = this;
    const deviation = Math.sqrt((rate * (1 - rate)) / count);
    if (count <= WARM_UP) return false;
    if (rate + deviation <= this.least.sum) {
      this.least = { rate, deviation, sum: rate + deviation };
    }
    if (rate + deviation <= this.least.rate + CHANGE * this.least.deviation) return false;
    this.count = 0;
    this.mean = 0;
    this.least = { rate: 0, deviation: 0, sum: Number.POSITIVE_INFINITY };
    return true;
  }
}
