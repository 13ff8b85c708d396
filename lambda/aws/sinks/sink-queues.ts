import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ReportNotice } from '../../../contracts/functions/monitoring';
import { messageBody } from '../message-body';

/** The queues of a monitor's sinks: a sink that is down holds nothing up, and loses nothing. */
export class SinkQueues {
  constructor(
    private readonly client: Pick<SQSClient, 'send'>,
    private readonly urls: readonly string[],
  ) {}

  /** Hands a report that has been written to each sink, which gets it once at least. */
  async tell(notice: ReportNotice): Promise<void> {
    const MessageBody = messageBody(notice);
    for (const QueueUrl of this.urls) {
      await this.client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  }
}
