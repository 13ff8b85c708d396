import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { PartFunction } from '../../runtime/part-function';
import type { StreamWriter } from '../stream-writer';

/** Sends a message for each record. */
export class QueueWriter implements StreamWriter {
  readonly name: string;
  readonly settings: StreamWriter['settings'];

  constructor(private readonly queue: IQueue) {
    this.name = queue.queueArn;
    this.settings = { kind: 'sqs', queueUrl: queue.queueUrl, isFifo: queue.fifo };
  }

  check(): void {}

  allow(handler: PartFunction<'score-stream'>): void {
    handler.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    this.queue.encryptionMasterKey?.grantEncryptDecrypt(handler);
  }
}
