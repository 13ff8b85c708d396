import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SqsSinkSettings } from '../../contracts/functions/batch';
import { messageBody } from '../aws/message-body';
import { SinkUnavailableError } from '../aws/sinks/sink-unavailable-error';
import { deliverHalves, type RefusedRow, type RowSink, type SinkRow, type SinkRun } from './row-sink';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST_ENTRIES = 10;

/**
 * Sends a message for each row: at least once. Its `id` is the same each time, so that a consumer can drop a
 * message that it knows.
 */
export class SqsSink implements RowSink {
  readonly rowsPerCall = MOST_ENTRIES;

  constructor(
    private readonly settings: SqsSinkSettings,
    private readonly client: Pick<SQSClient, 'send'>,
  ) {}

  deliver(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[]> {
    return deliverHalves(rows, (some) => this.send(some, run));
  }

  /** @returns messages that the queue refuses, or why it refuses them together */
  private async send(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[] | string> {
    const { queueUrl } = this.settings;
    const Entries = rows.map((row, index) => ({ Id: String(index), MessageBody: messageOf(row, run) }));
    try {
      const { Failed = [] } = await this.client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      const later = Failed.find(({ SenderFault }) => !SenderFault);
      if (later) throw new Error(`${later.Code}: ${later.Message}`);
      return Failed.map(({ Id, Message }) => ({
        row: rows[Number(Id)] as SinkRow,
        reason: Message ?? 'the queue does not say why',
      }));
    } catch (error) {
      const { name, message } = error as Error;
      // Of long rows, fewer fit into a call.
      if (/BatchRequestTooLong$/.test(name)) return message;
      throw new SinkUnavailableError(`the queue ${queueUrl} takes no messages: ${message}`, {
        cause: error,
      });
    }
  }
}

function messageOf(row: SinkRow, { batch, run, plannedAt }: SinkRun): string {
  // Columns of the input may have any names.
  return messageBody({ id: `${batch}/${run}/${row.rowId}`, batch, run, plannedAt, row: row.fields });
}
