import type { IReleaseStrategy } from '../release-strategy-config';
import { SteppedRelease, type SteppedReleaseOptions } from './stepped-release';

export interface CanaryOptions extends SteppedReleaseOptions {
  /**
   * The challenger's share of the traffic before it gets all, between 0 and 1.
   * @default 0.1
   */
  readonly share?: number;
}

export function canary(options: CanaryOptions): IReleaseStrategy {
  return new SteppedRelease([options.share ?? 0.1], options);
}
