import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { RecordLog } from '../record-log';
import { Waiters } from '../waiters';
import { liveShards, type StoredRecord, type StoredShard, type StoredStream, trimHorizon } from './stream';

/** How requests name a stream. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The streams, with their shards and records. */
export class StreamStore {
  readonly streams: Map<string, StoredStream>;
  readonly records: RecordLog<StoredRecord>;
  private readonly waiters = new Waiters();

  constructor(private readonly cloud: Cloud) {
    this.streams = cloud.table('kinesis/streams');
    this.records = new RecordLog(cloud.table('kinesis/records'));
  }

  /** @throws AwsError ResourceNotFoundException */
  find(reference: StreamReference): StoredStream {
    const name = nameOf(reference);
    const stream = this.streams.get(name);
    if (!stream) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Stream ${name} under account ${this.cloud.account} not found.`,
      );
    }
    return stream;
  }

  /** @throws AwsError ResourceNotFoundException */
  findByArn(arn: string | undefined): StoredStream {
    return this.find({ StreamARN: arn });
  }

  /** @throws AwsError ResourceNotFoundException if there is no such shard, or if it has expired */
  findShard(stream: StoredStream, shardId: string | undefined): StoredShard {
    const shard = liveShards(stream, this.cloud.clock.now()).find(({ id }) => id === shardId);
    if (!shard) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Could not find shard ${shardId} in ${this.placeOf(stream)}.`,
      );
    }
    return shard;
  }

  /** Deletes the records of a stream that have expired, also those of shards that have. */
  expire(stream: StoredStream, now: number): void {
    for (const shard of stream.shards) this.records.trim(shard, trimHorizon(stream, now));
  }

  delete(stream: StoredStream): void {
    for (const shard of stream.shards) this.records.clear(shard);
    this.streams.delete(stream.name);
    this.wake(stream.name);
  }

  /** As Kinesis names a stream in its errors. */
  placeOf({ name }: StoredStream): string {
    return `stream ${name} under account ${this.cloud.account}`;
  }

  /** Resolves when a stream gets records, other shards, or is deleted. */
  change(name: string): Promise<void> {
    return this.waiters.change(name);
  }

  wake(name: string): void {
    this.waiters.wake(name);
  }
}

/**
 * @throws AwsError InvalidArgumentException if no stream is named, or two are; AWS's own text is not recorded
 */
export function nameOf({ StreamName, StreamARN }: StreamReference): string {
  const name = StreamARN?.split('/')[1] ?? StreamName;
  if (name !== undefined && (StreamName ?? name) === name) return name;
  throw new AwsError(
    'InvalidArgumentException',
    `StreamName ${StreamName} and StreamARN ${StreamARN} do not name one stream: give one of them.`,
  );
}
