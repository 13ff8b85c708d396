import type * as sdk from '@aws-sdk/client-kinesis';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { describeShard } from './shard-operations';
import { isOpen, liveShards, ON_DEMAND_SHARDS, openShards, type StoredStream } from './stream';
import type { StreamEncryption } from './stream-encryption';
import type { StreamStore } from './stream-store';

const LIST_LENGTH = 100;
const [SHORTEST_RETENTION, LONGEST_RETENTION] = [24, 8_760];
const SMALLEST_RECORD_LIMIT = 1_024;

/** Making, changing and describing streams. They are active at once. */
export function streamOperations(
  cloud: Cloud,
  store: StreamStore,
  encryption: StreamEncryption,
): Operations<typeof sdk> {
  return {
    CreateStream: (input) => {
      const name = input.StreamName as string;
      if (store.streams.has(name)) {
        throw new AwsError(
          'ResourceInUseException',
          `Stream ${name} under account ${cloud.account} already exists.`,
        );
      }
      const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
      const now = Math.floor(cloud.clock.now());
      const stream: StoredStream = {
        name,
        arn: cloud.arn('kinesis', `stream/${name}`),
        created: now,
        mode,
        retentionHours: SHORTEST_RETENTION,
        maxRecordKib: input.MaxRecordSizeInKiB ?? SMALLEST_RECORD_LIMIT,
        encryption: 'NONE',
        tags: { ...input.Tags },
        shards: [],
        nextShardIndex: 0,
        nextOrder: 0n,
        scalings: [],
      };
      openShards(stream, shardCount(mode, input.ShardCount), now);
      store.streams.set(name, stream);
      store.wake(name);
      return {};
    },

    DeleteStream: (input) => {
      store.delete(store.find(input));
      return {};
    },

    DescribeStream: (input) => {
      const stream = store.find(input);
      const { ExclusiveStartShardId: after } = input;
      const shards = liveShards(stream, cloud.clock.now()).filter(({ id }) => !after || id > after);
      const page = shards.slice(0, input.Limit ?? LIST_LENGTH);
      return {
        StreamDescription: {
          ...describe(stream),
          Shards: page.map(describeShard),
          HasMoreShards: page.length < shards.length,
        },
      };
    },

    DescribeStreamSummary: (input) => {
      const stream = store.find(input);
      return {
        StreamDescriptionSummary: {
          ...describe(stream),
          OpenShardCount: stream.shards.filter(isOpen).length,
          ConsumerCount: 0,
          MaxRecordSizeInKiB: stream.maxRecordKib,
        },
      };
    },

    ListStreams: (input) => {
      const { ExclusiveStartStreamName: after } = input;
      const streams = [...store.streams.values()]
        .filter(({ name }) => !after || name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, nextToken } = paginate(streams, input.Limit ?? LIST_LENGTH, input.NextToken);
      return {
        StreamNames: page.map(({ name }) => name),
        StreamSummaries: page.map((stream) => {
          const { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp } =
            describe(stream);
          return { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
        }),
        HasMoreStreams: nextToken !== undefined,
        NextToken: nextToken,
      };
    },

    IncreaseStreamRetentionPeriod: (input) => {
      const stream = store.find(input);
      const hours = checkedRetention(input.RetentionPeriodHours as number);
      if (hours < stream.retentionHours) throw wrongWay(stream, hours, 'shorter', 'Decrease');
      stream.retentionHours = hours;
      return {};
    },

    DecreaseStreamRetentionPeriod: (input) => {
      const stream = store.find(input);
      const hours = checkedRetention(input.RetentionPeriodHours as number);
      if (hours > stream.retentionHours) throw wrongWay(stream, hours, 'longer', 'Increase');
      stream.retentionHours = hours;
      return {};
    },

    StartStreamEncryption: (input) => {
      const stream = store.find(input);
      encryption.check(input.KeyId);
      stream.encryption = 'KMS';
      stream.keyId = input.KeyId;
      return {};
    },

    StopStreamEncryption: (input) => {
      const stream = store.find(input);
      if (stream.encryption !== 'KMS' || stream.keyId !== input.KeyId) {
        throw new AwsError(
          'InvalidArgumentException',
          `${store.placeOf(stream)} is not encrypted with the key ${input.KeyId}.`,
        );
      }
      stream.encryption = 'NONE';
      stream.keyId = undefined;
      return {};
    },

    UpdateStreamMode: (input) => {
      const stream = store.findByArn(input.StreamARN);
      stream.mode = input.StreamModeDetails?.StreamMode as sdk.StreamMode;
      return {};
    },

    UpdateMaxRecordSize: (input) => {
      store.findByArn(input.StreamARN).maxRecordKib = input.MaxRecordSizeInKiB as number;
      return {};
    },

    PutResourcePolicy: (input) => {
      const stream = store.findByArn(input.ResourceARN);
      if (parsePolicy(input.Policy) === undefined) {
        throw new AwsError('InvalidArgumentException', 'Policy is not a policy document in JSON.');
      }
      stream.policy = input.Policy;
      return {};
    },

    GetResourcePolicy: (input) => {
      const { policy } = store.findByArn(input.ResourceARN);
      if (policy === undefined) throw noPolicy(input.ResourceARN);
      return { Policy: policy };
    },

    DeleteResourcePolicy: (input) => {
      const stream = store.findByArn(input.ResourceARN);
      if (stream.policy === undefined) throw noPolicy(input.ResourceARN);
      stream.policy = undefined;
      return {};
    },
  };
}

/** @throws AwsError if a mode does not go with a number of shards; AWS's own texts are not recorded */
function shardCount(mode: sdk.StreamMode, count: number | undefined): number {
  if (mode === 'ON_DEMAND') {
    if (count === undefined) return ON_DEMAND_SHARDS;
    throw new AwsError(
      'ValidationException',
      `ShardCount ${count} cannot be given for a stream in on-demand mode.`,
    );
  }
  if (count !== undefined) return count;
  throw new AwsError('ValidationException', 'ShardCount must be given for a stream in provisioned mode.');
}

function describe(stream: StoredStream) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: 'ACTIVE' as const,
    StreamModeDetails: { StreamMode: stream.mode },
    StreamCreationTimestamp: new Date(stream.created),
    RetentionPeriodHours: stream.retentionHours,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: stream.encryption,
    KeyId: stream.keyId,
  };
}

/** @throws AwsError InvalidArgumentException, worded as moto recorded it */
function checkedRetention(hours: number): number {
  const isShort = hours < SHORTEST_RETENTION;
  if (!isShort && hours <= LONGEST_RETENTION) return hours;
  throw new AwsError(
    'InvalidArgumentException',
    `${isShort ? 'Minimum' : 'Maximum'} allowed retention period is ${isShort ? SHORTEST_RETENTION : LONGEST_RETENTION} hours. Requested retention period (${hours} hours) is too ${isShort ? 'short' : 'long'}.`,
  );
}

/** Worded as moto recorded it. */
function wrongWay(
  { name, retentionHours }: StoredStream,
  hours: number,
  than: 'shorter' | 'longer',
  other: 'Decrease' | 'Increase',
): AwsError {
  return new AwsError(
    'InvalidArgumentException',
    `Requested retention period (${hours} hours) for stream ${name} can not be ${than} than existing retention period (${retentionHours} hours). Use ${other}RetentionPeriod API.`,
  );
}

function noPolicy(arn: string | undefined): AwsError {
  return new AwsError('ResourceNotFoundException', `Resource policy for ${arn} not found.`);
}
