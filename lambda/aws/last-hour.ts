import * as z from 'zod/mini';
import { checkDocument } from '../domain/records/document';
import { type Hour, hourBefore } from '../domain/records/hour';

const scheduledEvent = z.object({ time: z.iso.datetime() });

/** The last whole hour before a scheduled event of EventBridge. @throws Error if the event has no time */
export function lastHourOf(event: unknown): Hour {
  return hourBefore(new Date(checkDocument(scheduledEvent, event, 'scheduled event').time));
}
