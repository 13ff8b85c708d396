import * as z from 'zod/mini';
import type { StreamRecord } from '../stream-record';

const kafkaMessage = z.object({
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  /** Milliseconds since 1970. */
  timestamp: z.number(),
  /** In base64. */
  key: z.optional(z.nullable(z.string())),
  /** In base64; null of a deletion (tombstone). */
  value: z.optional(z.nullable(z.string())),
});

/**
 * Records of a topic as functions get them, by `<topic>-<partition>`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html and with-kafka.html
 */
export const kafkaEvent = z.object({
  eventSource: z.enum(['aws:kafka', 'SelfManagedKafka']),
  records: z.record(z.string(), z.array(kafkaMessage)),
});

/** Records of a partition are in order. */
export function kafkaRecord(lane: string, message: z.infer<typeof kafkaMessage>): StreamRecord {
  const { topic, partition, offset, timestamp, key, value } = message;
  return {
    id: `${lane}:${offset}`,
    key: typeof key === 'string' ? Buffer.from(key, 'base64').toString('utf8') : undefined,
    lane,
    place: { topic, partition, offset },
    time: new Date(timestamp),
    data: typeof value === 'string' ? Buffer.from(value, 'base64') : undefined,
    itemIdentifier: { partition: lane, offset },
    redelivers: 'lane',
  };
}
