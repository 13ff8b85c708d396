import * as z from 'zod/mini';
import type { Question } from '../inference/question';
import { rowList } from '../inference/read-question';

/** A copy of a request, for a version that is a shadow: nobody sees its answer. */
export interface RequestCopy extends Pick<Question, 'rows' | 'inferenceId'> {
  /** The release whose candidate is the shadow. */
  readonly releaseId: string;
  /** The request itself. */
  readonly copyOf: {
    readonly eventId: string;
    /** ISO 8601 in UTC. */
    readonly time: string;
  };
}

/** The copy that an event is; undefined if it is a request itself. Nothing that came by HTTP is one. */
export function copyIn(event: unknown): RequestCopy | undefined {
  if (typeof event !== 'object' || event === null || !('copyOf' in event)) return undefined;
  return requestCopy.safeParse(event).data;
}

const requestCopy = z.object({
  rows: rowList,
  inferenceId: z.optional(z.string()),
  releaseId: z.string(),
  copyOf: z.object({ eventId: z.string(), time: z.iso.datetime() }),
});
