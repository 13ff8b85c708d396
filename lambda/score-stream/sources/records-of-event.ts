import * as z from 'zod/mini';
import { checkDocument } from '../../domain/records/document';
import type { StreamRecord } from '../stream-record';
import { kafkaEvent, kafkaRecord } from './kafka-record';
import { kinesisMessage, kinesisRecord } from './kinesis-record';
import { sqsMessage, sqsRecord } from './sqs-record';
import { tableMessage, tableRecord } from './table-record';

/**
 * The records of an event, in the order of their source.
 *
 * @throws Error if it is not an event of a source that can be scored
 */
export function recordsOfEvent(event: unknown): StreamRecord[] {
  const found = checkDocument(streamEvent, event, 'event');
  if ('records' in found) {
    return Object.entries(found.records).flatMap(([lane, messages]) =>
      messages.map((message) => kafkaRecord(lane, message)),
    );
  }
  return found.Records.map(recordOf);
}

function recordOf(found: z.infer<typeof message>): StreamRecord {
  switch (found.eventSource) {
    case 'aws:sqs':
      return sqsRecord(found);
    case 'aws:kinesis':
      return kinesisRecord(found);
    case 'aws:dynamodb':
      return tableRecord(found);
  }
}

const message = z.discriminatedUnion('eventSource', [sqsMessage, kinesisMessage, tableMessage]);
const streamEvent = z.union([z.object({ Records: z.array(message) }), kafkaEvent]);
