import * as z from 'zod/mini';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/document';

/** The release has ended, or another one is under way. */
export class ReleaseNotUnderWayError extends Error {
  override readonly name = 'ReleaseNotUnderWay';
}

/**
 * Writes the challenger's share of the traffic into the routing document.
 *
 * @throws ReleaseNotUnderWayError
 */
export async function noteShift(
  event: unknown,
  { routing }: { readonly routing: RoutingStore },
): Promise<void> {
  const { releaseId, weight, trafficSince } = checkDocument(shiftOfTraffic, event, 'shift of traffic');
  const live = await routing.read();
  const { candidate } = live;
  if (candidate?.releaseId !== releaseId) {
    throw new ReleaseNotUnderWayError(
      `release ${releaseId} is not the one under way${candidate ? `, which is ${candidate.releaseId}` : ''}`,
    );
  }
  await routing.write({
    ...live,
    candidate: { ...candidate, weight, ...(trafficSince && { trafficSince }) },
  });
}

const shiftOfTraffic = z.object({
  releaseId: z.string(),
  /** The challenger's share, 0 to 1. */
  weight: z.number(),
  /** When it first had traffic; empty if it never had. */
  trafficSince: z.union([z.iso.datetime(), z.literal('')]),
});
