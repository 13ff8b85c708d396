import * as z from 'zod/mini';
import type { StreamRecord } from '../stream-record';
import { valuesOf } from './attribute-values';

const image = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * A change of an item in a DynamoDB table as functions get it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const tableMessage = z.object({
  eventSource: z.literal('aws:dynamodb'),
  eventID: z.string(),
  eventName: z.string(),
  eventSourceARN: z.string(),
  dynamodb: z.object({
    Keys: image,
    /** Of an item that was deleted there is none. */
    NewImage: z.optional(image),
    SequenceNumber: z.string(),
    /** Seconds since 1970. */
    ApproximateCreationDateTime: z.number(),
  }),
});

/** An event is of one shard, whose records are in order. */
export function tableRecord(message: z.infer<typeof tableMessage>): StreamRecord {
  const { eventID, eventName, eventSourceARN, dynamodb } = message;
  const { Keys, NewImage, SequenceNumber, ApproximateCreationDateTime } = dynamodb;
  return {
    id: eventID,
    key: Object.entries(valuesOf(Keys))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => String(value))
      .join('/'),
    lane: eventSourceARN,
    place: { stream: eventSourceARN, change: eventName, sequenceNumber: SequenceNumber },
    time: new Date(Math.round(ApproximateCreationDateTime * 1000)),
    data: NewImage && JSON.stringify(valuesOf(NewImage)),
    itemIdentifier: SequenceNumber,
    redelivers: 'lane',
  };
}
