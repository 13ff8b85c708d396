import * as z from 'zod/mini';
import type { LiveAlias } from '../aws/live-alias';
import { requestSchema } from '../aws/request-schema';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/records/document';
import type { CandidateRoute, ShadowRoute } from '../domain/release/routing';

/** The release has ended, or another one is in progress. */
export class ReleaseNotUnderWayError extends Error {
  override readonly name = 'ReleaseNotUnderWay';
}

export interface NoteShiftProps {
  readonly routing: RoutingStore;
  /** Of the function that serves; undefined if none does. */
  readonly alias?: LiveAlias | undefined;
}

/**
 * Writes the challenger's share of the traffic into the routing document, and whether it is a shadow. The
 * function that serves reads it there; where the release changes the function itself, its alias follows.
 *
 * @throws ReleaseNotUnderWayError
 */
export async function noteShift(event: unknown, { routing, alias }: NoteShiftProps): Promise<void> {
  const { releaseId, trafficShare, trafficSince, shadow } = checkDocument(
    shiftOfTraffic,
    event,
    'shift of traffic',
  );
  await routing.change(({ shadow: _former, ...live }) => {
    const { candidate } = live;
    if (candidate?.releaseId !== releaseId) {
      throw new ReleaseNotUnderWayError(
        `release ${releaseId} is not the one in progress${candidate ? `, which is ${candidate.releaseId}` : ''}`,
      );
    }
    return {
      ...live,
      candidate: { ...candidate, trafficShare, ...(trafficSince && { trafficSince }) },
      ...(shadow && { shadow: shadowOf(candidate, shadow) }),
    };
  });
  await alias?.follow(routing);
}

function shadowOf(
  { modelVersion, variant, modelName }: CandidateRoute,
  ofEndpoint: Pick<ShadowRoute, 'endpointConfigName'>,
): ShadowRoute {
  return { modelVersion, variant, modelName, ...ofEndpoint };
}

const shiftOfTraffic = requestSchema(
  'note-shift',
  z.object({
    releaseId: z.string(),
    trafficShare: z.number(),
    trafficSince: z.union([z.iso.datetime(), z.literal('')]),
    shadow: z.optional(z.object({ endpointConfigName: z.optional(z.string()) })),
  }),
);
