import type { EncryptionType, StreamMode } from '@aws-sdk/client-kinesis';
import type { Log } from '../record-log';
import { equalRanges, type HashRange } from './hash-range';
import { sequenceNumber } from './sequence-number';

const HOUR = 3_600_000;
/** What a stream in on-demand mode begins with: `CreateStream` of the API reference. */
export const ON_DEMAND_SHARDS = 4;

export interface StoredShard extends Log {
  readonly id: string;
  readonly index: number;
  readonly hashRange: HashRange;
  /** Ids of the shards that it was split or merged from. */
  readonly parent?: string | undefined;
  readonly adjacentParent?: string | undefined;
  readonly startingSequence: string;
  /** Undefined while it is open. */
  endingSequence?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  closed?: number;
}

export interface StoredStream {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  mode: StreamMode;
  retentionHours: number;
  maxRecordKib: number;
  encryption: EncryptionType;
  /** As it was given. */
  keyId?: string | undefined;
  tags: Record<string, string>;
  policy?: string | undefined;
  shards: StoredShard[];
  /** Of the shard that is opened next. */
  nextShardIndex: number;
  nextOrder: bigint;
  /** When `UpdateShardCount` was called, in milliseconds since the epoch. */
  scalings: number[];
}

export interface StoredRecord {
  readonly sequence: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly arrived: number;
  readonly encryption: EncryptionType;
}

/** Opens shards of equal size. */
export function openShards(stream: StoredStream, count: number, now: number): void {
  for (const hashRange of equalRanges(count)) openShard(stream, { hashRange, now });
}

export function openShard(
  stream: StoredStream,
  {
    hashRange,
    now,
    parent,
    adjacentParent,
  }: {
    readonly hashRange: HashRange;
    readonly now: number;
    readonly parent?: string;
    readonly adjacentParent?: string;
  },
): StoredShard {
  const index = stream.nextShardIndex++;
  const shard: StoredShard = {
    id: `shardId-${String(index).padStart(12, '0')}`,
    index,
    hashRange,
    parent,
    adjacentParent,
    startingSequence: nextSequence(stream, index),
    created: now,
    logKey: `${stream.name}/${index}`,
    first: 0,
    next: 0,
  };
  stream.shards.push(shard);
  return shard;
}

export function closeShard(stream: StoredStream, shard: StoredShard, now: number): void {
  shard.endingSequence = nextSequence(stream, shard.index);
  shard.closed = now;
}

export function nextSequence(stream: StoredStream, shardIndex: number): string {
  return sequenceNumber({ streamCreated: stream.created, order: stream.nextOrder++, shardIndex });
}

export function isOpen(shard: StoredShard): boolean {
  return shard.closed === undefined;
}

/** Records that arrived then or earlier have expired. */
export function trimHorizon(stream: StoredStream, now: number): number {
  return now - stream.retentionHours * HOUR;
}

/** Shards that are open or still have records to be read. */
export function liveShards(stream: StoredStream, now: number): StoredShard[] {
  const horizon = trimHorizon(stream, now);
  return stream.shards.filter(({ closed }) => closed === undefined || closed > horizon);
}
