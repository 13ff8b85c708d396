import * as z from 'zod/mini';
import { checkDocument } from '../domain/records/document';
import { type SqsMessage, sqsMessage, sqsRecord } from './sqs-record';
import type { StreamRecord } from './stream-record';

/**
 * The records of an event, in the order of their source.
 *
 * @throws Error if it is not an event of a source that can be scored
 */
export function recordsOfEvent(event: unknown): StreamRecord[] {
  return checkDocument(streamEvent, event, 'event').Records.map((record: SqsMessage) => sqsRecord(record));
}

const streamEvent = z.object({ Records: z.array(sqsMessage) });
