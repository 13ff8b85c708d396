import * as z from 'zod/mini';
import type { StreamRecord } from '../stream-record';

export type SqsMessage = z.infer<typeof sqsMessage>;

/**
 * A message as functions get it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqsMessage = z.object({
  eventSource: z.literal('aws:sqs'),
  eventSourceARN: z.string(),
  messageId: z.string(),
  body: z.string(),
  attributes: z.object({
    /** Milliseconds since 1970. */
    SentTimestamp: z.string(),
    /** Of FIFO queues only. */
    MessageGroupId: z.optional(z.string()),
    SequenceNumber: z.optional(z.string()),
  }),
});

/** Messages of a group of a FIFO queue are in order, others are not. */
export function sqsRecord({ messageId, body, attributes, eventSourceARN }: SqsMessage): StreamRecord {
  const { SentTimestamp, MessageGroupId, SequenceNumber } = attributes;
  // Messages of a standard queue may have a group, too, by which SQS shares them fairly:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
  const isFifo = SequenceNumber !== undefined;
  return {
    id: messageId,
    key: MessageGroupId,
    lane: isFifo ? MessageGroupId : undefined,
    place: { queue: eventSourceARN, messageId, ...(isFifo && { sequenceNumber: SequenceNumber }) },
    time: new Date(Number(SentTimestamp)),
    data: body,
    itemIdentifier: messageId,
    redelivers: 'itself',
  };
}
