import * as sdk from '@aws-sdk/client-dynamodb-streams';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations, Permission, Service } from '../../gateway/service';
import type { DynamoDbService } from '../dynamodb/dynamodb-service';
import { type ChangeRecord, STREAM_RETENTION, type StoredTableStream } from '../dynamodb/table-streams';
import { implementedInputs } from './inputs';

const MOST_STREAMS = 100;
/** Of `GetRecords` of the API reference. */
const MOST_RECORDS = 1_000;
const LARGEST_ANSWER = 1_048_576;
const ITERATOR_LIFETIME = 15 * 60_000;

interface Position {
  readonly arn: string;
  /** The records with this sequence number or a higher one are still to be read. */
  readonly from: string;
  readonly issued: number;
}

/** DynamoDB Streams: reads the changes of tables. Its requests are signed for `dynamodb`. */
export class DynamoDbStreamsService implements Service {
  readonly name = 'dynamodbstreams';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;

  constructor(private readonly cloud: Cloud) {}

  readonly operations: Operations<typeof sdk> = {
    ListStreams: (input) => {
      const { ExclusiveStartStreamArn: after, TableName } = input;
      const found = this.streams
        .all()
        .filter(({ tableName, arn }) => (!TableName || tableName === TableName) && (!after || arn > after))
        .sort((a, b) => (a.arn < b.arn ? -1 : 1));
      const page = found.slice(0, input.Limit ?? MOST_STREAMS);
      return {
        Streams: page.map(({ arn, label, tableName }) => ({
          StreamArn: arn,
          StreamLabel: label,
          TableName: tableName,
        })),
        ...(page.length < found.length && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
      };
    },

    DescribeStream: (input) => {
      const stream = this.stream(input.StreamArn);
      const { arn, label, created, viewType, shardId, startingSequence, endingSequence } = stream;
      const shard = {
        ShardId: shardId,
        SequenceNumberRange: {
          StartingSequenceNumber: startingSequence,
          EndingSequenceNumber: endingSequence,
        },
      };
      return {
        StreamDescription: {
          StreamArn: arn,
          StreamLabel: label,
          StreamStatus: stream.disabled === undefined ? 'ENABLED' : 'DISABLED',
          StreamViewType: viewType,
          CreationRequestDateTime: created,
          TableName: stream.tableName,
          KeySchema: [...stream.keySchema],
          Shards: input.ExclusiveStartShardId === shardId ? [] : [shard],
        },
      };
    },

    GetShardIterator: (input) => {
      const stream = this.stream(input.StreamArn);
      if (input.ShardId !== stream.shardId) {
        throw notFound(
          `Requested resource not found: Shard does not exist: ${input.ShardId} in ${stream.arn}`,
        );
      }
      return { ShardIterator: this.iterator(stream.arn, this.startOf(stream, input)) };
    },

    GetRecords: (input) => {
      const position = readIterator(input.ShardIterator);
      if (this.cloud.clock.now() - position.issued > ITERATOR_LIFETIME) {
        throw new AwsError('ExpiredIteratorException', 'Iterator expired: it is older than 15 minutes.');
      }
      const stream = this.stream(position.arn);
      const { records } = this.streams;
      const start = records.firstWhere(stream, ({ sequence }) => sequence >= position.from);
      const found: ChangeRecord[] = [];
      let [bytes, end] = [0, start];
      for (; end < stream.next && found.length < (input.Limit ?? MOST_RECORDS); end++) {
        const record = records.at(stream, end);
        bytes += record.bytes;
        if (bytes > LARGEST_ANSWER && found.length > 0) break;
        found.push(record);
      }
      const isEnd = end >= stream.next && stream.disabled !== undefined;
      const last = found.at(-1);
      const from = last ? String(BigInt(last.sequence) + 1n) : position.from;
      return {
        Records: found.map((record) => this.described(stream, record)),
        ...(!isEnd && { NextShardIterator: this.iterator(stream.arn, from) }),
      };
    },
  };

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const { StreamArn, ShardIterator } = input as { StreamArn?: string; ShardIterator?: string };
    const action = `dynamodb:${operation}`;
    if (operation === 'ListStreams') return [{ action, resource: '*' }];
    const arn = ShardIterator === undefined ? StreamArn : readIterator(ShardIterator).arn;
    const ofTable = operation === 'GetRecords' ? this.dynamodb.readPermissions(arn) : [];
    return [{ action, resource: arn as string }, ...ofTable];
  }

  /**
   * The shard of a stream, and a sequence number that is higher than those of all records if it is open, for
   * readers inside the cloud.
   */
  tips(streamArn: string): { readonly shardId: string; readonly tip: string | undefined }[] {
    const stream = this.stream(streamArn);
    const tip = stream.disabled === undefined ? this.streams.nextSequence(stream) : undefined;
    return [{ shardId: stream.shardId, tip }];
  }

  /** Resolves when a stream gets records or is disabled. */
  change(streamArn: string): Promise<void> {
    return this.streams.change(streamArn);
  }

  /** How long a stream keeps records, in milliseconds. */
  readonly retention = STREAM_RETENTION;

  private startOf(stream: StoredTableStream, input: sdk.GetShardIteratorInput): string {
    const { ShardIteratorType: type, SequenceNumber: given } = input;
    if (type === 'LATEST') return this.streams.nextSequence(stream);
    if (type === 'TRIM_HORIZON') return stream.startingSequence;
    if (given === undefined || !/^\d{25}$/.test(given)) {
      throw new AwsError(
        'ValidationException',
        `SequenceNumber ${given} is not one of the stream ${stream.arn}.`,
      );
    }
    if (stream.trimmed !== undefined && given < stream.trimmed) {
      throw new AwsError(
        'TrimmedDataAccessException',
        'The operation attempted to read past the oldest stream record in a shard.',
      );
    }
    return type === 'AT_SEQUENCE_NUMBER' ? given : String(BigInt(given) + 1n);
  }

  private described(stream: StoredTableStream, record: ChangeRecord): sdk._Record {
    return {
      eventID: record.id,
      eventName: record.kind,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.cloud.region,
      dynamodb: {
        ApproximateCreationDateTime: new Date(Math.floor(record.arrived / 1_000) * 1_000),
        Keys: { ...record.keys } as never,
        NewImage: record.newImage as never,
        OldImage: record.oldImage as never,
        SequenceNumber: record.sequence,
        SizeBytes: record.bytes,
        StreamViewType: stream.viewType,
      },
    };
  }

  private iterator(arn: string, from: string): string {
    const text = JSON.stringify([arn, from, this.cloud.clock.now()]);
    return `${arn}|1|${Buffer.from(text).toString('base64')}`;
  }

  private stream(arn: string | undefined): StoredTableStream {
    const stream = this.streams.tryFind(arn);
    if (!stream) throw notFound(`Requested resource not found: Stream: ${arn} not found`);
    return stream;
  }

  private get dynamodb(): DynamoDbService {
    return this.cloud.service<DynamoDbService>('dynamodb');
  }

  private get streams() {
    return this.dynamodb.streams;
  }
}

/** @throws AwsError ValidationException */
function readIterator(iterator = ''): Position {
  try {
    const text = Buffer.from(iterator.split('|')[2] ?? '', 'base64').toString();
    const [arn, from, issued] = JSON.parse(text) as [string, string, number];
    if (typeof arn === 'string' && /^\d+$/.test(from) && typeof issued === 'number')
      return { arn, from, issued };
  } catch {
    // Said below.
  }
  throw new AwsError('ValidationException', 'Invalid ShardIterator: this service did not issue it.');
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
