import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  KafkaReader,
  type KafkaStreamOptions,
  type SelfManagedKafkaStreamOptions,
} from './sources/kafka-reader';
import { KinesisReader } from './sources/kinesis-reader';
import { QueueReader, type QueueStreamOptions } from './sources/queue-reader';
import type { ShardStreamOptions } from './sources/shard-stream-options';
import { TableReader } from './sources/table-reader';
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

  /**
   * Records of a Kinesis data stream, in the order of each shard. A record that fails is tried again, and
   * those behind it wait, until it is scored or Lambda gives it up.
   */
  static kinesis(stream: IStream, options: ShardStreamOptions = {}): StreamSource {
    return new StreamSource(new KinesisReader(stream, options));
  }

  /**
   * New and changed items of a DynamoDB table with a stream, in the order of each item: each version of the
   * item is a record, whose attributes are the columns of the model. Otherwise as {@link kinesis}.
   */
  static dynamoDb(table: ITable, options: ShardStreamOptions = {}): StreamSource {
    return new StreamSource(new TableReader(table, options));
  }

  /**
   * Records of a topic in Amazon MSK, in the order of each partition.
   *
   * @param clusterArn of the MSK cluster
   */
  static msk(clusterArn: string, options: KafkaStreamOptions): StreamSource {
    return new StreamSource(KafkaReader.ofCluster(clusterArn, options));
  }

  /**
   * Records of a topic of other brokers of Apache Kafka, in the order of each partition.
   *
   * @param bootstrapServers such as `kafka.example.com:9092`
   */
  static selfManagedKafka(bootstrapServers: string[], options: SelfManagedKafkaStreamOptions): StreamSource {
    return new StreamSource(KafkaReader.ofBrokers(bootstrapServers, options));
  }

  private constructor(private readonly reader: StreamReader) {}

  /** @internal */
  public get _reader(): StreamReader {
    return this.reader;
  }
}
