import { changesFunction } from '../domain/release/function-shares';
import type { Routes } from './route-source';
import { samplePlace } from './sample-place';

/** The version that answers one request. */
export interface Route {
  readonly modelVersion: string;
  readonly variant: string;
}

export interface RouteProps {
  readonly inferenceId: string | undefined;
  /** The version of the function that was asked. */
  readonly functionVersion: string | undefined;
  /** From 0 to 1, for requests without an inference id. */
  readonly random: () => number;
}

/**
 * Which version answers a request: the candidate gets its share. Requests with the same inference id go the
 * same way, as long as the share does not shrink: who has been answered by the candidate stays with it from
 * step to step. Where the release changes the function itself, its alias has made the shares, and each
 * version of the function answers for its own.
 *
 * @throws Error if nothing is in production
 */
export function chooseRoute(
  { production, candidate }: Routes,
  { inferenceId, functionVersion, random }: RouteProps,
): Route {
  if (!production) {
    throw new Error('nothing is in production yet: release a version first, with "model-pipeline retrain"');
  }
  if (!candidate) return production;
  if (changesFunction(candidate, production)) {
    return functionVersion === candidate.functionVersion ? candidate : production;
  }
  if (candidate.trafficShare === 0) return production;
  // Another place in each release, lest the same callers try out every version.
  const place = inferenceId === undefined ? random() : samplePlace(candidate.releaseId, inferenceId);
  return place < candidate.trafficShare ? candidate : production;
}

/**
 * The candidate of one release, whatever its share.
 *
 * @throws Error if that release is not in progress
 */
export function candidateOf({ candidate }: Routes, releaseId: string): Route {
  if (candidate?.releaseId === releaseId) return candidate;
  throw new Error(
    `release ${releaseId} is not in progress${candidate ? `: ${candidate.releaseId} is` : ''}; omit releaseId for a normal answer`,
  );
}
