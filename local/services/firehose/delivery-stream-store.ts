import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { RecordLog } from '../record-log';
import type { StoredDeliveryStream, StoredRecord } from './delivery-stream';

/** The delivery streams, with the records that are not in their bucket yet. */
export class DeliveryStreamStore {
  readonly streams: Map<string, StoredDeliveryStream>;
  readonly records: RecordLog<StoredRecord>;

  constructor(private readonly cloud: Cloud) {
    this.streams = cloud.table('firehose/streams');
    this.records = new RecordLog(cloud.table('firehose/records'));
  }

  /** @throws AwsError ResourceNotFoundException, worded as moto has it */
  find({
    DeliveryStreamName: name = '',
  }: {
    readonly DeliveryStreamName?: string | undefined;
  }): StoredDeliveryStream {
    const stream = this.streams.get(name);
    if (stream) return stream;
    throw new AwsError(
      'ResourceNotFoundException',
      `Firehose ${name} under account ${this.cloud.account} not found.`,
    );
  }

  delete(stream: StoredDeliveryStream): void {
    this.records.clear(stream);
    this.streams.delete(stream.name);
  }
}
