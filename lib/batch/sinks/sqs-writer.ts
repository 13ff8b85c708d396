import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { PartFunction } from '../../runtime/part-function';
import type { Validation } from '../../runtime/validation';
import type { SqsSinkOptions } from '../batch-sink';
import type { BatchSinkWriter } from '../batch-sink-writer';

/** Sends a message for each row. */
export class SqsWriter implements BatchSinkWriter {
  readonly settings: BatchSinkWriter['settings'];
  readonly ownNames = [];

  constructor(
    private readonly queue: IQueue,
    { sinkName = 'sqs' }: SqsSinkOptions,
  ) {
    this.settings = { name: sinkName, kind: 'sqs', queueUrl: queue.queueUrl };
  }

  validate(validation: Validation): void {
    validation.check(
      this.queue.fifo,
      !this.queue.fifo,
      'the queue of BatchSink.sqs must be a standard queue: a FIFO queue drops doubles of five minutes only, and a part may come again later; let the consumer drop messages by their id',
    );
  }

  allow(handler: PartFunction<'deliver-batch'>): void {
    handler.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    this.queue.encryptionMasterKey?.grantEncryptDecrypt(handler);
  }
}
