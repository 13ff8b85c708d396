import * as z from 'zod/mini';
import type { StreamRecord } from '../stream-record';

/**
 * A record of a Kinesis data stream as functions get it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesisMessage = z.object({
  eventSource: z.literal('aws:kinesis'),
  /** `<shard>:<sequence number>`. */
  eventID: z.string(),
  eventSourceARN: z.string(),
  kinesis: z.object({
    partitionKey: z.string(),
    sequenceNumber: z.string(),
    data: z.string(),
    /** Seconds since 1970, with fractions. */
    approximateArrivalTimestamp: z.number(),
  }),
});

/** An event is of one shard, whose records are in order. */
export function kinesisRecord(message: z.infer<typeof kinesisMessage>): StreamRecord {
  const { eventID, eventSourceARN, kinesis } = message;
  const { partitionKey, sequenceNumber, data, approximateArrivalTimestamp } = kinesis;
  const [shard = ''] = eventID.split(':');
  return {
    id: eventID,
    key: partitionKey,
    lane: shard,
    place: { stream: eventSourceARN, shard, sequenceNumber },
    time: new Date(Math.round(approximateArrivalTimestamp * 1000)),
    data: Buffer.from(data, 'base64'),
    itemIdentifier: sequenceNumber,
    redelivers: 'lane',
  };
}
