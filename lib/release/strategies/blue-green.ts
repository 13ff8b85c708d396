import type { IReleaseStrategy } from '../release-strategy-config';
import { SteppedRelease, type SteppedReleaseOptions } from './stepped-release';

export interface BlueGreenOptions extends SteppedReleaseOptions {
  /**
   * The challenger's shares of the traffic before it gets all, increasing, between 0 and 1: at most 19.
   * @default [0.1]
   */
  readonly canary?: number[];
}

export function blueGreen(options: BlueGreenOptions): IReleaseStrategy {
  return new SteppedRelease(options.canary ?? [0.1], options);
}
