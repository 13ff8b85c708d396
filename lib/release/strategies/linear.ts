import type { IReleaseStrategy } from '../release-strategy-config';
import { SteppedRelease, type SteppedReleaseOptions } from './stepped-release';

export interface LinearOptions extends SteppedReleaseOptions {
  /**
   * How many equal steps it takes to all traffic, 2 to 20.
   * @default 5
   */
  readonly steps?: number;
}

export function linear(options: LinearOptions): IReleaseStrategy {
  const steps = options.steps ?? 5;
  if (!(Number.isInteger(steps) && steps >= 2 && steps <= 20)) {
    throw new Error(`steps of a linear release must be a whole number from 2 to 20, got ${steps}`);
  }
  const shares = Array.from({ length: steps - 1 }, (_, index) => Number(((index + 1) / steps).toFixed(4)));
  return new SteppedRelease(shares, options);
}
