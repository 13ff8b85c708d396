import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Entry, sendInBatches } from './send-in-batches';
import type { Sent } from './stream-output';

/**
 * What SQS takes in a call. A single message may be as large as all of them.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export const QUEUE_LIMITS = { entries: 10, bytes: 1 << 20, entryBytes: 1 << 20 };

/** A message for a queue. */
export interface QueueMessage extends Entry {
  /** What FIFO queues order and drop doubles by. */
  readonly fifo?: Pick<SendMessageBatchRequestEntry, 'MessageGroupId' | 'MessageDeduplicationId'>;
}

/** Sends messages to a queue. */
export class QueueSender {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  /** It never fails. */
  send(messages: readonly QueueMessage[]): Promise<Sent> {
    return sendInBatches(messages, QUEUE_LIMITS, this.queueUrl, async (batch) => {
      const Entries = batch.map(({ content, fifo }, place) => ({
        Id: String(place),
        MessageBody: content,
        ...fifo,
      }));
      const { Failed = [] } = await this.client.send(
        new SendMessageBatchCommand({ QueueUrl: this.queueUrl, Entries }),
      );
      return new Map(Failed.map(({ Id, Code, Message }) => [Number(Id), `${Code}: ${Message}`]));
    });
  }
}
