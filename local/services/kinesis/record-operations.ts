import type * as sdk from '@aws-sdk/client-kinesis';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { contains, describeRange, hashKeyOf } from './hash-range';
import { numberAfter, parseSequenceNumber } from './sequence-number';
import { checkLifetime, readIterator, writeIterator } from './shard-iterator';
import { isOpen, nextSequence, type StoredShard, type StoredStream } from './stream';
import type { StreamEncryption } from './stream-encryption';
import { recordMetric } from './stream-metrics';
import { nameOf, type StreamStore } from './stream-store';
import { WriteQuota } from './write-quota';

const MEBIBYTE = 1_048_576;
/** Of the service model: `PutRecords` and `GetRecords`. */
const LARGEST_REQUEST = 10 * MEBIBYTE;
const LARGEST_ANSWER = 10 * MEBIBYTE;
const MOST_RECORDS_READ = 10_000;

type Entry = Pick<sdk.PutRecordsRequestEntry, 'Data' | 'PartitionKey' | 'ExplicitHashKey'>;

/** Writing and reading records. */
export function recordOperations(
  cloud: Cloud,
  store: StreamStore,
  encryption: StreamEncryption,
): Operations<typeof sdk> {
  const quota = new WriteQuota();

  /** The shard that takes a record; a record that is not valid is refused before any is written. */
  const destination = (stream: StoredStream, entry: Entry, place: string): StoredShard => {
    checkKey(entry, place);
    const hashKey = hashKeyOf(entry.PartitionKey as string, entry.ExplicitHashKey);
    const isOpenFor = (shard: StoredShard) => isOpen(shard) && contains(shard.hashRange, hashKey);
    return stream.shards.find(isOpenFor) as StoredShard;
  };

  const checkSize = (stream: StoredStream, entry: Entry, place: string) => {
    const most = stream.maxRecordKib * 1_024;
    if (sizeOf(entry) <= most) return;
    // As moto recorded it for a limit that is fixed; that the key counts is of the API reference.
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${place}data' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    );
  };

  /** @returns undefined if the shard takes no more in this second */
  const write = (stream: StoredStream, shard: StoredShard, entry: Entry): string | undefined => {
    const now = cloud.clock.now();
    if (!quota.take(`${stream.name}/${stream.created}/${shard.id}`, sizeOf(entry), now)) {
      recordMetric(cloud, stream.name, 'WriteProvisionedThroughputExceeded', 1);
      return undefined;
    }
    const sequence = nextSequence(stream, shard.index);
    store.records.append(shard, {
      sequence,
      partitionKey: entry.PartitionKey as string,
      data: Buffer.from(entry.Data as Uint8Array),
      arrived: now,
      encryption: stream.encryption,
    });
    recordMetric(cloud, stream.name, 'IncomingRecords', 1);
    recordMetric(cloud, stream.name, 'IncomingBytes', entry.Data?.length ?? 0, 'Bytes');
    return sequence;
  };

  const rateExceeded = (stream: StoredStream, shard: StoredShard) =>
    `Rate exceeded for shard ${shard.id} in ${store.placeOf(stream)}.`;

  return {
    PutRecord: (input) => {
      const stream = store.find(input);
      encryption.check(stream.keyId);
      checkSize(stream, input, '');
      const minimum = input.SequenceNumberForOrdering;
      if (minimum !== undefined && !isOf(stream, minimum)) {
        throw new AwsError(
          'InvalidArgumentException',
          `ExclusiveMinimumSequenceNumber ${minimum} used in PutRecord on ${store.placeOf(stream)} is invalid.`,
        );
      }
      const shard = destination(stream, input, '');
      store.expire(stream, cloud.clock.now());
      const SequenceNumber = write(stream, shard, input);
      if (SequenceNumber === undefined) {
        throw new AwsError('ProvisionedThroughputExceededException', rateExceeded(stream, shard));
      }
      store.wake(stream.name);
      return { ShardId: shard.id, SequenceNumber, EncryptionType: stream.encryption };
    },

    PutRecords: (input) => {
      const stream = store.find(input);
      const entries = input.Records as sdk.PutRecordsRequestEntry[];
      encryption.check(stream.keyId);
      entries.forEach((entry, index) => {
        checkSize(stream, entry, placeOf(index));
      });
      if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > LARGEST_REQUEST) {
        throw new AwsError('InvalidArgumentException', 'Records size exceeds 10 MB limit');
      }
      const shards = entries.map((entry, index) => destination(stream, entry, placeOf(index)));
      store.expire(stream, cloud.clock.now());
      const Records = entries.map((entry, index): sdk.PutRecordsResultEntry => {
        const shard = shards[index] as StoredShard;
        const SequenceNumber = write(stream, shard, entry);
        if (SequenceNumber !== undefined) return { SequenceNumber, ShardId: shard.id };
        return {
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: rateExceeded(stream, shard),
        };
      });
      store.wake(stream.name);
      const FailedRecordCount = Records.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
      return { FailedRecordCount, Records, EncryptionType: stream.encryption };
    },

    GetShardIterator: (input) => {
      const stream = store.find(input);
      const shard = store.findShard(stream, input.ShardId);
      const now = cloud.clock.now();
      store.expire(stream, now);
      const from = startOf(store, stream, shard, input, now);
      const { name: streamName, created: streamCreated } = stream;
      return { ShardIterator: writeIterator({ streamName, streamCreated, shardId: shard.id, from }, now) };
    },

    GetRecords: (input) => {
      const position = readIterator(input.ShardIterator as string);
      const { streamName, streamCreated, shardId, from } = position;
      const now = cloud.clock.now();
      checkLifetime(position, now);
      if (input.StreamARN !== undefined && nameOf(input) !== streamName) {
        throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
      }
      const stream = store.find({ StreamName: streamName });
      if (stream.created !== streamCreated) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Shard ${shardId} in ${store.placeOf(stream)} does not exist`,
        );
      }
      const shard = store.findShard(stream, shardId);
      encryption.check(stream.keyId);
      store.expire(stream, now);
      const start = store.records.firstWhere(shard, ({ sequence }) => sequence >= from);
      const Records: sdk._Record[] = [];
      let [bytes, end] = [0, start];
      for (; end < shard.next && Records.length < (input.Limit ?? MOST_RECORDS_READ); end++) {
        const record = store.records.at(shard, end);
        bytes += record.data.length;
        if (bytes > LARGEST_ANSWER && Records.length > 0) break;
        Records.push({
          SequenceNumber: record.sequence,
          ApproximateArrivalTimestamp: new Date(record.arrived),
          Data: record.data,
          PartitionKey: record.partitionKey,
          ...(record.encryption === 'KMS' && { EncryptionType: record.encryption }),
        });
      }
      const last = Records.at(-1);
      const isAtTip = end >= shard.next;
      // Zero says that there is nothing more.
      const MillisBehindLatest = isAtTip
        ? 0
        : Math.max(1, Math.floor(now - Number(last?.ApproximateArrivalTimestamp)));
      recordMetric(cloud, streamName, 'GetRecords.Records', Records.length);
      recordMetric(
        cloud,
        streamName,
        'GetRecords.IteratorAgeMilliseconds',
        last ? now - Number(last.ApproximateArrivalTimestamp) : 0,
        'Milliseconds',
      );
      if (isAtTip && !isOpen(shard)) {
        const ChildShards = childrenOf(stream, shard);
        return { Records, MillisBehindLatest, ...(ChildShards.length > 0 && { ChildShards }) };
      }
      const next = last ? numberAfter(last.SequenceNumber as string) : from;
      return {
        Records,
        MillisBehindLatest,
        NextShardIterator: writeIterator({ ...position, from: next }, now),
      };
    },
  };
}

function placeOf(index: number): string {
  return `records.${index + 1}.member.`;
}

/**
 * The service model leaves the key out for streams whose records Kinesis distributes itself, which are not
 * implemented.
 */
function checkKey({ PartitionKey }: Entry, place: string): void {
  if (PartitionKey !== undefined) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value null at '${place}partitionKey' failed to satisfy constraint: Member must not be null`,
  );
}

/**
 * The sequence number from which on an iterator reads.
 *
 * @throws AwsError InvalidArgumentException, worded as mhart/kinesalite recorded it
 */
function startOf(
  store: StreamStore,
  stream: StoredStream,
  shard: StoredShard,
  { ShardIteratorType: type, StartingSequenceNumber: given, Timestamp }: sdk.GetShardIteratorInput,
  now: number,
): string {
  const bySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (bySequence !== (given !== undefined)) {
    throw new AwsError(
      'InvalidArgumentException',
      `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${given === undefined ? 'no' : 'also a'} StartingSequenceNumber.`,
    );
  }
  if (given !== undefined) {
    checkSequence(store, stream, shard, given);
    return type === 'AT_SEQUENCE_NUMBER' ? given : numberAfter(given);
  }
  const tip = () => nextSequence(stream, shard.index);
  if (type === 'LATEST') return tip();
  if (type === 'TRIM_HORIZON') return shard.startingSequence;
  const time = checkedTime(Timestamp, now);
  const position = store.records.firstWhere(shard, ({ arrived }) => arrived >= time);
  return position < shard.next ? store.records.at(shard, position).sequence : tip();
}

function checkedTime(timestamp: Date | undefined, now: number): number {
  const time = timestamp?.getTime();
  if (time === undefined) {
    throw new AwsError(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  if (time <= now) return time;
  throw new AwsError(
    'InvalidArgumentException',
    `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${time}, currentTimestampInMillis: ${Math.floor(now)}`,
  );
}

function checkSequence(store: StreamStore, stream: StoredStream, shard: StoredShard, given: string): void {
  const parts = parseSequenceNumber(given);
  const used = `StartingSequenceNumber ${given} used in GetShardIterator on shard ${shard.id} in ${store.placeOf(stream)} is invalid`;
  if (!parts) throw new AwsError('InvalidArgumentException', `${used}.`);
  if (parts.streamCreated !== stream.created) {
    throw new AwsError('InvalidArgumentException', `${used} because it did not come from this stream.`);
  }
  if (parts.shardIndex === shard.index) return;
  const encoded = `shardId-${String(parts.shardIndex).padStart(12, '0')}`;
  throw new AwsError(
    'InvalidArgumentException',
    `Invalid StartingSequenceNumber. It encodes ${encoded}, while it was used in a call to a shard with ${shard.id}`,
  );
}

function isOf(stream: StoredStream, sequence: string): boolean {
  return parseSequenceNumber(sequence)?.streamCreated === stream.created;
}

function childrenOf(stream: StoredStream, { id }: StoredShard): sdk.ChildShard[] {
  return stream.shards
    .filter(({ parent, adjacentParent }) => parent === id || adjacentParent === id)
    .map((child) => ({
      ShardId: child.id,
      ParentShards: [child.parent, child.adjacentParent].filter((one) => one !== undefined),
      HashKeyRange: describeRange(child.hashRange),
    }));
}

/** Data and partition key, which count together. */
function sizeOf({ Data, PartitionKey }: Entry): number {
  return (Data?.length ?? 0) + Buffer.byteLength(PartitionKey ?? '');
}
