import { gzipSync } from 'node:zlib';
import type { Timer } from '../../gateway/clock';
import { type Principal, rolePrincipal, servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';
import { LogWriter } from '../log-writer';
import type { StoredDeliveryStream, StoredRecord } from './delivery-stream';
import type { DeliveryStreamStore } from './delivery-stream-store';
import { objectKey } from './object-key';

const SERVICE = 'firehose.amazonaws.com';
const MEBIBYTE = 1_048_576;
/** Until an object is written again that could not be. AWS does not document its own. */
const RETRY_MILLISECONDS = 60_000;
/** How long records are kept that cannot be delivered: `PutRecordBatch` of the API reference. */
const LONGEST_RETRY_MILLISECONDS = 24 * 3_600_000;

/**
 * Writes the records of delivery streams to S3: when enough of them have come, or the oldest one has waited
 * for the interval.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
 */
export class S3Delivery {
  private readonly timers = new Map<string, Timer>();
  private readonly delivering = new Set<string>();

  constructor(
    private readonly cloud: Cloud,
    private readonly store: DeliveryStreamStore,
  ) {}

  /** Called when a stream has got records, or may have some. */
  update(stream: StoredDeliveryStream): void {
    if (this.delivering.has(stream.logKey) || stream.first === stream.next) return;
    const { SizeInMBs, IntervalInSeconds } = stream.destination.BufferingHints;
    const { arrived } = this.store.records.at(stream, stream.first);
    this.forget(stream);
    if (stream.bufferedBytes < SizeInMBs * MEBIBYTE)
      this.deliverAt(stream, arrived + IntervalInSeconds * 1_000);
    else void this.cloud.clock.track(this.deliver(stream));
  }

  forget({ logKey }: StoredDeliveryStream): void {
    this.timers.get(logKey)?.cancel();
    this.timers.delete(logKey);
  }

  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private deliverAt(stream: StoredDeliveryStream, time: number): void {
    const timer = this.cloud.clock.at(time, () => {
      this.timers.delete(stream.logKey);
      return this.cloud.clock.track(this.deliver(stream));
    });
    this.timers.set(stream.logKey, timer);
  }

  private async deliver(stream: StoredDeliveryStream): Promise<void> {
    const { name, logKey } = stream;
    const { records, bytes, end } = this.batch(stream);
    const drop = () => {
      this.store.records.dropBefore(stream, end);
      stream.bufferedBytes -= bytes;
    };
    this.delivering.add(logKey);
    let retryAt: number | undefined;
    try {
      await this.write(stream, records);
      drop();
    } catch (error) {
      const now = this.cloud.clock.now();
      await this.report(stream, error as Error);
      const isOver = now - (records[0] as StoredRecord).arrived >= LONGEST_RETRY_MILLISECONDS;
      if (isOver) drop();
      else retryAt = now + RETRY_MILLISECONDS;
    } finally {
      this.delivering.delete(logKey);
    }
    if (this.store.streams.get(name) !== stream) return;
    if (retryAt === undefined) this.update(stream);
    else this.deliverAt(stream, retryAt);
  }

  /** What an object takes: the oldest records, up to the size hint. */
  private batch(stream: StoredDeliveryStream): {
    readonly records: StoredRecord[];
    readonly bytes: number;
    readonly end: number;
  } {
    const most = stream.destination.BufferingHints.SizeInMBs * MEBIBYTE;
    const records: StoredRecord[] = [];
    let [bytes, end] = [0, stream.first];
    for (; end < stream.next && bytes < most; end++) {
      const record = this.store.records.at(stream, end);
      records.push(record);
      bytes += record.data.length;
    }
    return { records, bytes, end };
  }

  private async write(stream: StoredDeliveryStream, records: readonly StoredRecord[]): Promise<void> {
    const { RoleARN, BucketARN, CompressionFormat } = stream.destination;
    const content = Buffer.concat(records.map(({ data }) => data));
    const oldest = (records[0] as StoredRecord).arrived;
    await this.cloud.call(
      's3',
      'PutObject',
      {
        Bucket: BucketARN.split(':').pop(),
        Key: objectKey(stream, new Date(oldest), {
          uuid: this.cloud.uuid(),
          text: () => this.cloud.id(11, 'hex'),
        }),
        Body: CompressionFormat === 'GZIP' ? gzipSync(content) : content,
        ContentType: 'application/octet-stream',
      },
      await this.principal(RoleARN),
    );
    this.record(stream, 'DeliveryToS3.Success', 1);
    this.record(stream, 'DeliveryToS3.Records', records.length);
    this.record(stream, 'DeliveryToS3.Bytes', content.length, 'Bytes');
    this.record(stream, 'DeliveryToS3.DataFreshness', (this.cloud.clock.now() - oldest) / 1_000, 'Seconds');
  }

  /** A line in the log that the stream has, if the role may write there. */
  private async report(stream: StoredDeliveryStream, error: Error): Promise<void> {
    const { arn, version, name, destination } = stream;
    const { RoleARN, BucketARN, CloudWatchLoggingOptions } = destination;
    this.record(stream, 'DeliveryToS3.Success', 0);
    this.cloud.log(`firehose: could not write records of ${name} to ${BucketARN}: ${error.message}`);
    const { Enabled, LogGroupName, LogStreamName } = CloudWatchLoggingOptions ?? {};
    if (!Enabled || !LogGroupName || !LogStreamName) return;
    const line = {
      deliveryStreamARN: arn,
      destination: BucketARN,
      deliveryStreamVersionId: version,
      message: error.message,
      errorCode: `S3.${error.name}`,
    };
    const writer = new LogWriter(this.cloud, rolePrincipal(RoleARN, SESSION), LogGroupName, LogStreamName);
    writer.write([JSON.stringify(line)]);
    await writer.flush();
  }

  /**
   * The role of a destination.
   *
   * @throws AwsError if it does not exist, or does not trust Firehose
   */
  async principal(RoleArn: string): Promise<Principal> {
    const firehose = servicePrincipal(SERVICE, this.cloud.account);
    await this.cloud.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: SESSION }, firehose);
    return rolePrincipal(RoleArn, SESSION);
  }

  /** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
  record(
    { name }: StoredDeliveryStream,
    metric: string,
    value: number,
    unit: 'Count' | 'Bytes' | 'Seconds' = 'Count',
  ): void {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    monitoring.record('AWS/Firehose', metric, { DeliveryStreamName: name }, value, unit);
  }
}

const SESSION = 'AWSFirehoseToS3';
