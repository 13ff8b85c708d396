import { inPercent } from '../../lambda/domain/pages/units';
import type { RoutingDocument } from '../../lambda/domain/release/routing';

/** Progress of the release, in words; undefined if none is in progress. */
export function releaseProgress({ candidate, shadow }: RoutingDocument): string | undefined {
  if (!candidate) return undefined;
  const { modelVersion, weight, plannedShares } = candidate;
  if (shadow) return `version ${modelVersion} receives copies of the requests, as a shadow`;
  if (weight === 0) return undefined;
  const step = plannedShares.findIndex((share) => share >= weight) + 1;
  return `version ${modelVersion} has ${inPercent(weight)} of the traffic, step ${step} of ${plannedShares.length}`;
}
