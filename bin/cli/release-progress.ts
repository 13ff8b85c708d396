import { inPercent } from '../../lambda/domain/pages/units';
import type { RoutingDocument } from '../../lambda/domain/release/routing';

/** Progress of the release, in words; undefined if none is in progress. */
export function releaseProgress({ candidate, shadow }: RoutingDocument): string | undefined {
  if (!candidate) return undefined;
  const { modelVersion, trafficShare, trafficShares } = candidate;
  if (shadow) return `version ${modelVersion} receives copies of the requests, as a shadow`;
  if (trafficShare === 0) return undefined;
  const step = trafficShares.findIndex((share) => share >= trafficShare) + 1;
  return `version ${modelVersion} has ${inPercent(trafficShare)} of the traffic, step ${step} of ${trafficShares.length}`;
}
