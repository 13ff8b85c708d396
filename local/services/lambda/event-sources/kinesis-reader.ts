import type {
  GetRecordsOutput,
  GetShardIteratorOutput,
  _Record as KinesisRecord,
  ListShardsOutput,
} from '@aws-sdk/client-kinesis';
import type { Principal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { KinesisService } from '../../kinesis/kinesis-service';
import { invalid } from '../errors';
import { roleMay } from '../role-permissions';
import type { ShardPosition } from './shard-progress';
import {
  roleOf,
  type StreamPage,
  type StreamReader,
  type StreamRecord,
  type StreamShard,
} from './stream-reader';

/** What AWSLambdaKinesisExecutionRole allows, and AWS's refusal names. */
const ACTIONS = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListShards', 'ListStreams'];
/** What a record has in an event besides its data, about. */
const RECORD_OVERHEAD = 700;

/** Kinesis streams: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export class KinesisReader implements StreamReader {
  readonly service = 'kinesis';
  readonly positions = ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'] as const;
  readonly batchInfoName = 'KinesisBatchInfo';
  readonly payloadKey = 'data';
  readonly mostRecordsRead = 10_000;

  constructor(private readonly cloud: Cloud) {}

  async check(streamArn: string, principal: Principal): Promise<void> {
    const isAllowed = ACTIONS.every((action) =>
      roleMay(this.cloud, roleOf(principal), `kinesis:${action}`, streamArn),
    );
    if (!isAllowed) {
      throw invalid(
        `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in Kinesis.`,
      );
    }
    await this.call('DescribeStream', { StreamARN: streamArn }, principal).catch((error: Error) => {
      throw invalid(`Stream not found: ${streamArn} (${error.message})`);
    });
  }

  /** "Kinesis event source mappings only support filtering on the data key": the developer guide. */
  checkFilters(filters: readonly string[]): void {
    for (const filter of filters) {
      const { data, ...others } = JSON.parse(filter) as Record<string, unknown>;
      const [other] = Object.keys(others);
      if (other !== undefined) throw invalid(`Invalid filter pattern definition: ${other} is not data.`);
      if (Array.isArray(data)) throw invalid('Invalid filter pattern definition: data must be an object.');
    }
  }

  async shards(streamArn: string, principal: Principal): Promise<StreamShard[]> {
    const found: StreamShard[] = [];
    let next: { readonly NextToken?: string; readonly StreamARN?: string } = { StreamARN: streamArn };
    do {
      const { Shards = [], NextToken } = await this.call<ListShardsOutput>('ListShards', next, principal);
      for (const { ShardId, ParentShardId, AdjacentParentShardId } of Shards) {
        const parents = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
        found.push({ id: ShardId as string, parents });
      }
      next = { ...(NextToken && { NextToken }) };
    } while (next.NextToken !== undefined);
    return found;
  }

  async read(
    { streamArn, shardId }: { readonly streamArn: string; readonly shardId: string },
    position: ShardPosition,
    limit: number,
    principal: Principal,
  ): Promise<StreamPage> {
    const { ShardIterator } = await this.call<GetShardIteratorOutput>(
      'GetShardIterator',
      { StreamARN: streamArn, ShardId: shardId, ...iteratorAt(position) },
      principal,
    );
    const page = await this.call<GetRecordsOutput>(
      'GetRecords',
      { ShardIterator, StreamARN: streamArn, Limit: limit },
      principal,
    );
    const records = (page.Records ?? []).map((record) =>
      this.recordOf(record, streamArn, shardId, principal),
    );
    return {
      records,
      isCaughtUp: page.MillisBehindLatest === 0,
      isEnd: page.NextShardIterator === undefined,
    };
  }

  tips(streamArn: string) {
    return this.kinesis.tips(streamArn);
  }

  retention(streamArn: string): number {
    return this.kinesis.retention(streamArn);
  }

  change(streamArn: string): Promise<void> {
    return this.kinesis.change(streamArn);
  }

  private recordOf(
    record: KinesisRecord,
    eventSourceARN: string,
    shardId: string,
    principal: Principal,
  ): StreamRecord {
    const { SequenceNumber: sequenceNumber = '', PartitionKey: partitionKey = '', Data } = record;
    const data = Buffer.from(Data as Uint8Array);
    const arrived = Number(record.ApproximateArrivalTimestamp);
    const kinesis = {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: data.toString('base64'),
      approximateArrivalTimestamp: Math.floor(arrived) / 1_000,
    };
    return {
      sequence: sequenceNumber,
      key: partitionKey,
      arrived,
      size: kinesis.data.length + RECORD_OVERHEAD,
      event: {
        kinesis,
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: `${shardId}:${sequenceNumber}`,
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: roleOf(principal),
        awsRegion: this.cloud.region,
        eventSourceARN,
      },
      filtered: { ...kinesis, data: data.toString() },
    };
  }

  private call<Output>(operation: string, input: object, principal: Principal): Promise<Output> {
    return this.cloud.call('kinesis', operation, input, principal);
  }

  private get kinesis(): KinesisService {
    return this.cloud.service<KinesisService>('kinesis');
  }
}

function iteratorAt(position: ShardPosition): object {
  if ('after' in position) {
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position.after };
  }
  const { at } = position;
  return { ShardIteratorType: at, ...(at === 'AT_TIMESTAMP' && { Timestamp: position.timestamp }) };
}
