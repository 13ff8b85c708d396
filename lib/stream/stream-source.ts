import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { QueueReader, type QueueStreamOptions } from './sources/queue-reader';
import type { StreamReader } from './stream-reader';

/** Where records come from that are to be scored. Lambda reads them by an event source mapping. */
export class StreamSource {
  /**
   * Messages of an SQS queue: a record each. A standard queue has no order; a FIFO queue keeps that of each
   * message group. A message that fails comes again after the visibility timeout of the queue, until it is
   * retained no longer, or the queue's own dead-letter queue takes it.
   */
  static sqs(queue: IQueue, options: QueueStreamOptions = {}): StreamSource {
    return new StreamSource(new QueueReader(queue, options));
  }

  private constructor(private readonly reader: StreamReader) {}

  /** @internal */
  public get _reader(): StreamReader {
    return this.reader;
  }
}
