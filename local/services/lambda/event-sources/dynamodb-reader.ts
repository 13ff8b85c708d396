import type {
  AttributeValue,
  DescribeStreamOutput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  _Record as StreamChange,
} from '@aws-sdk/client-dynamodb-streams';
import type { Principal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { DynamoDbStreamsService } from '../../dynamodbstreams/dynamodb-streams-service';
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

/** On the stream, as CDK's `grantStreamRead` and AWSLambdaDynamoDBExecutionRole allow them. */
const ACTIONS = ['GetRecords', 'GetShardIterator', 'DescribeStream'];

/** Streams of DynamoDB's tables: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export class DynamoDbReader implements StreamReader {
  readonly service = 'dynamodb';
  readonly positions = ['TRIM_HORIZON', 'LATEST'] as const;
  readonly batchInfoName = 'DDBStreamBatchInfo';
  readonly mostRecordsRead = 1_000;

  constructor(private readonly cloud: Cloud) {}

  async check(streamArn: string, principal: Principal): Promise<void> {
    const role = roleOf(principal);
    const isAllowed =
      ACTIONS.every((action) => roleMay(this.cloud, role, `dynamodb:${action}`, streamArn)) &&
      roleMay(this.cloud, role, 'dynamodb:ListStreams', '*');
    if (!isAllowed) {
      throw invalid(
        `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in DynamoDB.`,
      );
    }
    await this.shards(streamArn, principal).catch((error: Error) => {
      throw invalid(`Stream not found: ${streamArn} (${error.message})`);
    });
  }

  /** A pattern is of the whole record, with the types of its attributes. */
  checkFilters(): void {}

  async shards(streamArn: string, principal: Principal): Promise<StreamShard[]> {
    const { StreamDescription } = await this.call<DescribeStreamOutput>(
      'DescribeStream',
      { StreamArn: streamArn },
      principal,
    );
    return (StreamDescription?.Shards ?? []).map(({ ShardId, ParentShardId }) => ({
      id: ShardId as string,
      parents: ParentShardId === undefined ? [] : [ParentShardId],
    }));
  }

  async read(
    { streamArn, shardId }: { readonly streamArn: string; readonly shardId: string },
    position: ShardPosition,
    limit: number,
    principal: Principal,
  ): Promise<StreamPage> {
    const iteratorOf = (at: object) =>
      this.call<GetShardIteratorOutput>(
        'GetShardIterator',
        { StreamArn: streamArn, ShardId: shardId, ...at },
        principal,
      );
    const oldest = { ShardIteratorType: 'TRIM_HORIZON' };
    const at =
      'after' in position
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.after }
        : oldest;
    const { ShardIterator } = await iteratorOf(at).catch((error: Error) => {
      if (error.name !== 'TrimmedDataAccessException') throw error;
      return iteratorOf(oldest);
    });
    const input = { ShardIterator, Limit: limit };
    const page = await this.call<GetRecordsOutput>('GetRecords', input, principal);
    const records = (page.Records ?? []).map((record) => this.recordOf(record, streamArn));
    return {
      records,
      // The answer does not tell: a page that is not empty may have a next one.
      isCaughtUp: records.length === 0,
      isEnd: page.NextShardIterator === undefined,
    };
  }

  tips(streamArn: string) {
    return this.streams.tips(streamArn);
  }

  retention(): number {
    return this.streams.retention;
  }

  change(streamArn: string): Promise<void> {
    return this.streams.change(streamArn);
  }

  private recordOf(record: StreamChange, eventSourceARN: string): StreamRecord {
    const { dynamodb = {}, ...rest } = record;
    const { ApproximateCreationDateTime: time, Keys, NewImage, OldImage, ...others } = dynamodb;
    const arrived = Number(time);
    const event = {
      ...rest,
      dynamodb: {
        ApproximateCreationDateTime: arrived / 1_000,
        Keys: attributes(Keys),
        ...(NewImage && { NewImage: attributes(NewImage) }),
        ...(OldImage && { OldImage: attributes(OldImage) }),
        ...others,
      },
      eventSourceARN,
    };
    const text = JSON.stringify(event);
    return {
      sequence: others.SequenceNumber as string,
      key: JSON.stringify(event.dynamodb.Keys),
      arrived,
      size: text.length,
      event,
      filtered: event,
    };
  }

  private call<Output>(operation: string, input: object, principal: Principal): Promise<Output> {
    return this.cloud.call('dynamodbstreams', operation, input, principal);
  }

  private get streams(): DynamoDbStreamsService {
    return this.cloud.service<DynamoDbStreamsService>('dynamodbstreams');
  }
}

/** Attributes in JSON: binary values are in base64. */
function attributes(item: Record<string, AttributeValue> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, jsonValue(value)]));
}

function jsonValue(value: AttributeValue): unknown {
  if (value.B) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS) return { BS: value.BS.map((one) => Buffer.from(one).toString('base64')) };
  if (value.L) return { L: value.L.map(jsonValue) };
  if (value.M) return { M: attributes(value.M) };
  return value;
}
