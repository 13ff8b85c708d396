import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { EventBusWriter } from './outputs/event-bus-writer';
import { FirehoseWriter } from './outputs/firehose-writer';
import { KinesisWriter } from './outputs/kinesis-writer';
import { QueueWriter } from './outputs/queue-writer';
import { TableWriter } from './outputs/table-writer';
import type { StreamWriter } from './stream-writer';

/**
 * Where scored records go, as JSON objects with `id`, `key`, `modelVersion`, `variant` and `prediction`. Each
 * comes at least once: a consumer that must not take one twice drops those whose `id` it knows.
 */
export class StreamOutput {
  /**
   * Messages of an SQS queue. A FIFO queue keeps the order of each key, and drops doubles that come within
   * five minutes.
   */
  static sqs(queue: IQueue): StreamOutput {
    return new StreamOutput(new QueueWriter(queue));
  }

  /**
   * Records of a Kinesis data stream, with the key as partition key. Records of a key are in the order of
   * their source, unless the stream refuses one of a batch: that one comes later.
   */
  static kinesis(stream: IStream): StreamOutput {
    return new StreamOutput(new KinesisWriter(stream));
  }

  /** Events of the type `RecordScored` on an event bus, with the source `model-pipeline.stream`. */
  static eventBridge(bus: IEventBus): StreamOutput {
    return new StreamOutput(new EventBusWriter(bus));
  }

  /**
   * Items of a DynamoDB table, whose partition key is `id`, a string. An item that is there stays as it is,
   * so that the first score of a record counts, however often the record is delivered.
   */
  static dynamoDb(table: ITable): StreamOutput {
    return new StreamOutput(new TableWriter(table));
  }

  /**
   * Lines of JSON in a delivery stream of Amazon Data Firehose, which writes them to S3, or wherever else it
   * delivers to. Its objects have no order, and a record may be in two of them: queries take one line of each
   * `id`.
   */
  static firehose(stream: IDeliveryStream): StreamOutput {
    return new StreamOutput(new FirehoseWriter(stream));
  }

  private constructor(private readonly writer: StreamWriter) {}

  /** @internal */
  public get _writer(): StreamWriter {
    return this.writer;
  }
}
