import type * as sdk from '@aws-sdk/client-kinesis';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { describeRange } from './hash-range';
import { checkMerge, checkSplit, merge, scale, split } from './resharding';
import { listingOf, writeToken } from './shard-token';
import { isOpen, liveShards, type StoredShard, type StoredStream, trimHorizon } from './stream';
import { nameOf, type StreamStore } from './stream-store';

const LIST_LENGTH = 1_000;
const DAY = 86_400_000;
/** Of `UpdateShardCount` of the API reference. */
const MOST_SCALINGS_A_DAY = 10;

/** Listing, splitting and merging shards. */
export function shardOperations(cloud: Cloud, store: StreamStore): Operations<typeof sdk> {
  const provisioned = (reference: Parameters<StreamStore['find']>[0]): StoredStream => {
    const stream = store.find(reference);
    if (stream.mode === 'PROVISIONED') return stream;
    // As moto recorded it.
    throw new AwsError(
      'ValidationException',
      `Request is invalid. Stream ${stream.name} under account ${cloud.account} is in On-Demand mode.`,
    );
  };

  return {
    ListShards: (input) => {
      const listing = listingOf(input, () => nameOf(input));
      const stream = store.find({ StreamName: listing.streamName });
      const { StreamCreationTimestamp } = input;
      if (StreamCreationTimestamp && StreamCreationTimestamp.getTime() !== stream.created) {
        throw new AwsError(
          'ResourceNotFoundException',
          `${store.placeOf(stream)} was not created at ${StreamCreationTimestamp.toISOString()}.`,
        );
      }
      const { filter, after } = listing;
      const found = filtered(stream, filter, cloud.clock.now()).filter(({ id }) => !after || id > after);
      const { page, nextToken } = paginate(found, input.MaxResults ?? LIST_LENGTH, listing.page);
      return {
        Shards: page.map(describeShard),
        NextToken: nextToken && writeToken({ ...listing, page: nextToken }),
      };
    },

    SplitShard: (input) => {
      const stream = provisioned(input);
      const shard = store.findShard(stream, input.ShardToSplit);
      const start = BigInt(input.NewStartingHashKey as string);
      checkSplit(shard, start, store.placeOf(stream));
      split(stream, shard, start, cloud.clock.now());
      store.wake(stream.name);
      return {};
    },

    MergeShards: (input) => {
      const stream = provisioned(input);
      const lower = store.findShard(stream, input.ShardToMerge);
      const upper = store.findShard(stream, input.AdjacentShardToMerge);
      checkMerge(lower, upper, store.placeOf(stream));
      merge(stream, lower, upper, cloud.clock.now());
      store.wake(stream.name);
      return {};
    },

    UpdateShardCount: (input) => {
      const stream = provisioned(input);
      const now = cloud.clock.now();
      const current = stream.shards.filter(isOpen).length;
      const target = input.TargetShardCount as number;
      if (target > 2 * current || target < current / 2) {
        const bound = target > current ? 'scale up over double' : 'scale down below half';
        throw new AwsError(
          'InvalidArgumentException',
          `UpdateShardCount cannot ${bound} your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
        );
      }
      const recent = stream.scalings.filter((time) => time > now - DAY);
      if (recent.length >= MOST_SCALINGS_A_DAY) {
        throw new AwsError(
          'LimitExceededException',
          `UpdateShardCount was called ${recent.length} times for ${store.placeOf(stream)} within 24 hours.`,
        );
      }
      stream.scalings = [...recent, now];
      scale(stream, target, now);
      store.wake(stream.name);
      return {
        StreamName: stream.name,
        StreamARN: stream.arn,
        CurrentShardCount: current,
        TargetShardCount: target,
      };
    },
  };
}

export function describeShard(shard: StoredShard): sdk.Shard {
  return {
    ShardId: shard.id,
    ParentShardId: shard.parent,
    AdjacentParentShardId: shard.adjacentParent,
    HashKeyRange: describeRange(shard.hashRange),
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startingSequence,
      EndingSequenceNumber: shard.endingSequence,
    },
  };
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html */
function filtered(stream: StoredStream, filter: sdk.ShardFilter | undefined, now: number): StoredShard[] {
  const shards = liveShards(stream, now);
  const wasOpenAt = (time: number) => (shard: StoredShard) =>
    shard.created <= time && (shard.closed ?? Number.POSITIVE_INFINITY) > time;
  const horizon = trimHorizon(stream, now);
  // A stream that is younger than its retention has its trim horizon at its creation.
  const time = (given: number) => Math.max(given, horizon, stream.created);
  const timestamp = () => {
    if (filter?.Timestamp) return time(filter.Timestamp.getTime());
    throw new AwsError('InvalidArgumentException', `Timestamp must be given with the type ${filter?.Type}.`);
  };
  switch (filter?.Type) {
    case 'AFTER_SHARD_ID': {
      const { ShardId } = filter;
      if (ShardId !== undefined) return shards.filter(({ id }) => id > ShardId);
      throw new AwsError('InvalidArgumentException', 'ShardId must be given with the type AFTER_SHARD_ID.');
    }
    case 'AT_LATEST':
      return shards.filter(isOpen);
    case 'AT_TRIM_HORIZON':
      return shards.filter(wasOpenAt(time(horizon)));
    case 'AT_TIMESTAMP':
      return shards.filter(wasOpenAt(timestamp()));
    case 'FROM_TIMESTAMP': {
      const from = timestamp();
      return shards.filter(({ closed }) => (closed ?? Number.POSITIVE_INFINITY) > from);
    }
    default:
      return shards;
  }
}
