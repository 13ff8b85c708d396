import * as z from 'zod/mini';
import { checkDocument, modelVersionText } from '../domain/records/document';

/** Who requests a rollback, and to which version. */
export type RollbackRequest =
  | { readonly by: 'alarm'; readonly alarmName: string; readonly reason: string }
  | { readonly by: 'person'; readonly to?: string; readonly reason: string };

/**
 * Reads an alarm's change of state, or the request of a person: `{}`, or `{ "to": "1.0.0", "reason": "..."
 * }`.
 *
 * @throws Error that names what is wrong with it
 */
export function parseRollbackRequest(event: unknown): RollbackRequest {
  if (typeof event === 'object' && event !== null && 'source' in event) {
    const { alarmName, state } = checkDocument(alarmEvent, event, 'event').detail;
    return { by: 'alarm', alarmName, reason: `alarm ${alarmName}: ${state.reason}` };
  }
  return { by: 'person', ...checkDocument(personRequest, event, 'request for a rollback') };
}

const alarmEvent = z.object({
  source: z.literal('aws.cloudwatch'),
  detail: z.object({ alarmName: z.string(), state: z.object({ reason: z.string() }) }),
});

// Strict, since a misspelt `to` must not roll back to another version.
const personRequest = z.strictObject({
  to: z.optional(modelVersionText),
  reason: z._default(z.string().check(z.minLength(1)), 'rolled back by a person'),
});
