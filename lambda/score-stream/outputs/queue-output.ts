import type { ScoredRecord } from '../../../contracts/scored-record';
import { messageBody } from '../../aws/message-body';
import { hashOf } from './hash-of';
import type { QueueSender } from './queue-sender';
import type { Sent, StreamOutput } from './stream-output';

/**
 * A message for each record. A FIFO queue keeps the order of a key, and drops doubles that come within 5
 * minutes.
 */
export class QueueOutput implements StreamOutput {
  constructor(
    private readonly sender: Pick<QueueSender, 'send'>,
    private readonly isFifo: boolean,
  ) {}

  send(records: readonly ScoredRecord[]): Promise<Sent> {
    return this.sender.send(
      records.map((record) => ({
        id: record.id,
        content: messageBody(record),
        // Both take 128 characters, and not all of them.
        ...(this.isFifo && {
          fifo: { MessageGroupId: hashOf(record.key), MessageDeduplicationId: hashOf(record.id) },
        }),
      })),
    );
  }
}
