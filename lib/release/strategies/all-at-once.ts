import type { IReleaseStrategy } from '../release-strategy-config';
import { type ReleaseOptions, SteppedRelease } from './stepped-release';

export function allAtOnce(options: ReleaseOptions): IReleaseStrategy {
  return new SteppedRelease([], options);
}
