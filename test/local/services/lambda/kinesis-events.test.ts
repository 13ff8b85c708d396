import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateStreamCommand,
  KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { strToU8, zipSync } from 'fflate';
import type { LocalCloudOptions } from '../../../../local/local-cloud';
import type { LambdaService } from '../../../../local/services/lambda/lambda-service';
import { HOUR, MINUTE, SECOND, START } from '../service-fixture';
import { StatesFixture } from '../stepfunctions-fixture';
import { type StandIn, standInEnvironments } from './stand-in-environment';

const STREAM = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';
const ROLE = 'arn:aws:iam::000000000000:role/scorer';
const SHARD = 'shardId-000000000000';

interface KinesisEvent {
  readonly Records: readonly {
    readonly eventID: string;
    readonly kinesis: {
      readonly partitionKey: string;
      readonly sequenceNumber: string;
      readonly data: string;
    };
  }[];
}

/** A stream, and a function that gets its records. */
class StreamFixture extends StatesFixture {
  readonly functions: Map<string, StandIn>;
  /** The texts of the records of each call, in order. */
  readonly calls: string[][] = [];
  private clients: { destroy(): void }[] = [];

  constructor(options: LocalCloudOptions = {}) {
    const functions = new Map<string, StandIn>();
    super({ runtimes: { functions: standInEnvironments(functions) }, ...options });
    this.functions = functions;
  }

  get kinesis(): KinesisClient {
    const client = new KinesisClient(this.config());
    this.clients.push(client);
    return client;
  }

  get lambda(): LambdaClient {
    return new LambdaClient(this.config());
  }

  /** @param standIn what the function does with the texts of its records */
  runs(standIn: (texts: string[], event: KinesisEvent) => unknown = () => undefined): void {
    this.functions.set('scorer', (event: KinesisEvent) => {
      const texts = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
      this.calls.push(texts);
      return standIn(texts, event);
    });
  }

  async setUp(shards = 1): Promise<void> {
    await this.start();
    const statements = [
      { Effect: 'Allow', Action: ['kinesis:*', 'sqs:*', 'sns:*', 'logs:*'], Resource: '*' },
    ];
    await this.role('scorer', statements, 'lambda.amazonaws.com');
    await this.kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: shards }));
    this.runs();
    await this.createFunction('scorer', ROLE);
  }

  createFunction(FunctionName: string, Role: string) {
    return this.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
      }),
    );
  }

  async map(more: Partial<CreateEventSourceMappingCommandInput> = {}) {
    return this.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'scorer',
        EventSourceArn: STREAM,
        StartingPosition: 'TRIM_HORIZON',
        ...more,
      }),
    );
  }

  put(text: string, PartitionKey = 'k', more: object = {}) {
    return this.kinesis.send(
      new PutRecordCommand({ StreamName: 'events', PartitionKey, Data: Buffer.from(text), ...more }),
    );
  }

  /** Puts records, and lets the function get what it gets without time passing. */
  async putAll(...texts: string[]): Promise<void> {
    const Records = texts.map((text) => ({ PartitionKey: 'k', Data: Buffer.from(text) }));
    await this.kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    await this.settle();
  }

  async tearDown(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.stop();
  }
}

describe('A stream whose records a function gets', () => {
  let fixture: StreamFixture;

  beforeEach(async () => {
    fixture = new StreamFixture();
    await fixture.setUp();
  });
  afterEach(() => fixture.tearDown());

  const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures' as const] };

  test('hands them over as AWS does, and describes the mapping like it', async () => {
    let event: unknown;
    fixture.runs((_texts, given) => {
      event = given;
    });
    const { $metadata, UUID, ...mapping } = await fixture.map();
    expect(mapping).toEqual({
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn: STREAM,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:scorer',
      FunctionResponseTypes: [],
      LastModified: START,
      LastProcessingResult: 'No records processed',
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'User action',
      TumblingWindowInSeconds: 0,
    });
    const { SequenceNumber } = await fixture.put('hello', 'customer-7');
    await fixture.settle();
    expect(event).toEqual({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'customer-7',
            sequenceNumber: SequenceNumber,
            data: 'aGVsbG8=',
            approximateArrivalTimestamp: START.getTime() / 1_000,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `${SHARD}:${SequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: ROLE,
          awsRegion: 'us-east-1',
          eventSourceARN: STREAM,
        },
      ],
    });
    const { State, LastProcessingResult } = await fixture.lambda.send(
      new GetEventSourceMappingCommand({ UUID }),
    );
    expect([State, LastProcessingResult]).toEqual(['Enabled', 'OK']);
  });

  test('begins at the oldest record, at the next, or at a time', async () => {
    await fixture.put('old');
    await fixture.advance(HOUR);
    await fixture.put('newer');
    await fixture.map({ StartingPosition: 'LATEST' });
    await fixture.settle();
    expect(fixture.calls).toEqual([]);
    await fixture.putAll('latest');
    expect(fixture.calls).toEqual([['latest']]);
    for (const [name, more] of [
      ['from-the-beginning', { StartingPosition: 'TRIM_HORIZON' }],
      [
        'from-a-time',
        {
          StartingPosition: 'AT_TIMESTAMP',
          StartingPositionTimestamp: new Date(START.getTime() + MINUTE),
        },
      ],
    ] as const) {
      fixture.functions.set(name, fixture.functions.get('scorer') as StandIn);
      await fixture.createFunction(name, ROLE);
      await fixture.map({ FunctionName: name, ...more });
      await fixture.settle();
    }
    expect(fixture.calls.slice(1)).toEqual([
      ['old', 'newer', 'latest'],
      ['newer', 'latest'],
    ]);
  });

  test('gathers records until a batch is full or its window is over', async () => {
    await fixture.map({ BatchSize: 3, MaximumBatchingWindowInSeconds: 10 });
    await fixture.putAll('1', '2');
    await fixture.advance(9 * SECOND);
    expect(fixture.calls).toEqual([]);
    await fixture.putAll('3');
    expect(fixture.calls).toEqual([['1', '2', '3']]);
    await fixture.putAll('4');
    await fixture.advance(10 * SECOND);
    expect(fixture.calls.slice(1)).toEqual([['4']]);
  });

  test('hands over no more than a function can get in an event', async () => {
    await fixture.map();
    fixture.runs();
    const big = 'x'.repeat(1_000_000);
    for (let i = 0; i < 6; i++) {
      await fixture.put(`${i}${big}`);
      await fixture.advance(SECOND);
    }
    fixture.calls.length = 0;
    fixture.functions.set('again', fixture.functions.get('scorer') as StandIn);
    await fixture.createFunction('again', ROLE);
    await fixture.map({ FunctionName: 'again' });
    await fixture.settle();
    expect(fixture.calls.map((texts) => texts.length)).toEqual([4, 2]);
  });

  test('tries a batch again until the function takes it: nothing overtakes it', async () => {
    let failures = 3;
    fixture.runs(() => {
      if (failures-- > 0) throw new Error('no');
    });
    await fixture.map({ BatchSize: 2 });
    await fixture.putAll('1', '2', '3');
    await fixture.advance(MINUTE);
    expect(fixture.calls).toEqual([['1', '2'], ['1', '2'], ['1', '2'], ['1', '2'], ['3']]);
  });

  test('goes on after the record that a function names as the first that failed', async () => {
    const failing = new Set(['2', '3']);
    fixture.runs((texts, { Records }) => ({
      batchItemFailures: Records.filter((_record, i) => failing.delete(texts[i] as string))
        .map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber }))
        .reverse(),
    }));
    await fixture.map(reporting);
    await fixture.putAll('1', '2', '3', '4');
    await fixture.advance(MINUTE);
    expect(fixture.calls).toEqual([
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
    ]);
  });

  test.each([
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['another key', { batchItemFailures: [{ foo: '17' }] }],
  ])('takes %s for a failure of all', async (_what, answer) => {
    let isFirst = true;
    fixture.runs(() => {
      const given = isFirst ? answer : undefined;
      isFirst = false;
      return given;
    });
    await fixture.map(reporting);
    await fixture.putAll('1', '2');
    await fixture.advance(MINUTE);
    expect(fixture.calls).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  test.each([
    ['nothing', null],
    ['an empty answer', {}],
    ['no list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('takes %s for a success of all', async (_what, answer) => {
    fixture.runs(() => answer);
    await fixture.map(reporting);
    await fixture.putAll('1', '2');
    await fixture.advance(MINUTE);
    expect(fixture.calls).toEqual([['1', '2']]);
  });

  test('halves a batch that fails, and gives up no more than the record at fault', async () => {
    const letters = await fixture.queueFor('letters', 'lambda.amazonaws.com');
    fixture.runs((texts) => {
      if (texts.includes('poison')) throw new Error('no');
    });
    await fixture.map({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: letters.arn } },
    });
    await fixture.putAll('1', '2', 'poison', '4', '5');
    await fixture.advance(10 * MINUTE);
    expect(fixture.calls).toEqual([
      ['1', '2', 'poison', '4', '5'],
      ['1', '2', 'poison'],
      ['1', '2'],
      ['poison'],
      ['poison'],
      ['4', '5'],
    ]);
    expect(await fixture.receiveJson(letters.url)).toMatchObject([{ KinesisBatchInfo: { batchSize: 1 } }]);
  });

  test('divides a batch at the record that the function names', async () => {
    fixture.runs((texts, { Records }) => {
      const index = texts.indexOf('poison');
      const itemIdentifier = Records[index]?.kinesis.sequenceNumber;
      return { batchItemFailures: index < 0 ? [] : [{ itemIdentifier }] };
    });
    await fixture.map({ ...reporting, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 });
    await fixture.putAll('1', '2', 'poison', '4');
    await fixture.advance(10 * MINUTE);
    expect(fixture.calls).toEqual([['1', '2', 'poison', '4'], ['poison', '4'], ['poison'], ['4']]);
  });

  test('tells a queue of what it gives up: where it is, not what it is', async () => {
    const letters = await fixture.queueFor('letters', 'lambda.amazonaws.com');
    fixture.runs(() => {
      throw new Error('no');
    });
    await fixture.map({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: letters.arn } },
    });
    const first = await fixture.put('1');
    const second = await fixture.put('2');
    await fixture.advance(MINUTE);
    const records = await fixture.receiveJson(letters.url);
    // The function got the first record before there was a second.
    expect(records).toHaveLength(2);
    expect(records[0]).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:scorer',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^2026-11-24T10:00:0\d\.\d{3}Z$/),
      KinesisBatchInfo: {
        shardId: SHARD,
        startSequenceNumber: first.SequenceNumber,
        endSequenceNumber: first.SequenceNumber,
        approximateArrivalOfFirstRecord: START.toISOString(),
        approximateArrivalOfLastRecord: START.toISOString(),
        batchSize: 1,
        streamArn: STREAM,
      },
    });
    expect(records[1]).toMatchObject({
      KinesisBatchInfo: { startSequenceNumber: second.SequenceNumber },
    });
  });

  test('tells a topic of records that have become too old', async () => {
    const sns = new SNSClient(fixture.config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'failures' }));
    const queue = await fixture.queueFor('letters', 'sns.amazonaws.com');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
    fixture.runs((_texts, { Records }) => ({
      batchItemFailures: [{ itemIdentifier: Records[0]?.kinesis.sequenceNumber }],
    }));
    await fixture.map({
      ...reporting,
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: TopicArn } },
    });
    await fixture.putAll('1', '2');
    await fixture.advance(2 * MINUTE);
    const [message] = await fixture.receiveJson(queue.url);
    expect(JSON.parse(String(message?.Message))).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded' },
      responseContext: { functionError: null },
      KinesisBatchInfo: { batchSize: 2 },
    });
  });

  test('gives a record up when the stream no longer keeps it', async () => {
    fixture.runs((texts) => {
      if (texts.includes('poison')) throw new Error('no');
    });
    await fixture.map();
    await fixture.putAll('poison');
    await fixture.advance(23 * HOUR);
    await fixture.putAll('fine');
    expect(fixture.calls.at(-1)).toEqual(['poison']);
    await fixture.advance(2 * HOUR);
    expect(fixture.calls.at(-1)).toEqual(['fine']);
  });

  test('keeps the order of each key when batches of a shard are handed over at the same time', async () => {
    const keys = Array.from({ length: 12 }, (_, i) => `customer-${i}`);
    const seen = new Map<string, number[]>();
    let [running, most] = [0, 0];
    fixture.runs(async (texts, { Records }) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      texts.forEach((text, i) => {
        const key = Records[i]?.kinesis.partitionKey as string;
        seen.set(key, [...(seen.get(key) ?? []), Number(text)]);
      });
      running--;
    });
    for (let round = 0; round < 5; round++) {
      const Records = keys.map((PartitionKey) => ({ PartitionKey, Data: Buffer.from(String(round)) }));
      await fixture.kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    }
    await fixture.map({ BatchSize: 2, ParallelizationFactor: 4 });
    await fixture.settle();
    expect([...seen.keys()].sort()).toEqual([...keys].sort());
    for (const rounds of seen.values()) expect(rounds).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('reads a shard to its end before those that came of it', async () => {
    let isBlocked = true;
    fixture.runs((texts) => {
      if (isBlocked && texts.includes('before')) throw new Error('not yet');
    });
    await fixture.map();
    await fixture.putAll('before');
    await fixture.kinesis.send(
      new SplitShardCommand({
        StreamName: 'events',
        ShardToSplit: SHARD,
        NewStartingHashKey: String(2n ** 127n),
      }),
    );
    await fixture.put('low', 'k', { ExplicitHashKey: '0' });
    await fixture.put('high', 'k', { ExplicitHashKey: String(2n ** 127n) });
    await fixture.advance(10 * SECOND);
    expect(fixture.calls.flat()).not.toContain('low');
    isBlocked = false;
    await fixture.advance(MINUTE);
    expect(fixture.calls.flat().slice(-3).sort()).toEqual(['before', 'high', 'low']);
    await fixture.kinesis.send(
      new MergeShardsCommand({
        StreamName: 'events',
        ShardToMerge: 'shardId-000000000001',
        AdjacentShardToMerge: 'shardId-000000000002',
      }),
    );
    await fixture.putAll('after');
    expect(fixture.calls.at(-1)).toEqual(['after']);
  });

  test('hands over only what passes a filter of its data', async () => {
    await fixture.map({
      FilterCriteria: {
        Filters: [
          { Pattern: JSON.stringify({ data: { amount: [{ numeric: ['>', 100] }] } }) },
          { Pattern: JSON.stringify({ data: { country: ['XX'] } }) },
        ],
      },
    });
    const small = JSON.stringify({ amount: 7 });
    const large = JSON.stringify({ amount: 700 });
    const foreign = JSON.stringify({ amount: 7, country: 'XX' });
    await fixture.putAll(small, 'no JSON', large, small, foreign);
    expect(fixture.calls).toEqual([[large, foreign]]);
    await fixture.putAll(small);
    expect(fixture.calls).toHaveLength(1);
  });

  test('stops when it is disabled or deleted, and goes on where it was', async () => {
    const { UUID } = await fixture.map();
    await fixture.putAll('1');
    const enable = (Enabled: boolean) =>
      fixture.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await enable(false);
    await fixture.putAll('2');
    expect(fixture.calls).toEqual([['1']]);
    await enable(true);
    await fixture.settle();
    expect(fixture.calls).toEqual([['1'], ['2']]);
    await fixture.lambda.send(new UpdateEventSourceMappingCommand({ UUID, ParallelizationFactor: 3 }));
    await fixture.putAll('3');
    await fixture.lambda.send(new UpdateEventSourceMappingCommand({ UUID, ParallelizationFactor: 1 }));
    await fixture.putAll('4');
    expect(fixture.calls).toEqual([['1'], ['2'], ['3'], ['4']]);
    await fixture.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await fixture.putAll('5');
    expect(fixture.calls.flat()).not.toContain('5');
  });

  test('tells how old the last record of a batch is', async () => {
    await fixture.put('1');
    await fixture.advance(90 * SECOND);
    await fixture.map();
    await fixture.settle();
    const { Datapoints } = await new CloudWatchClient(fixture.config()).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName: 'IteratorAge',
        Dimensions: [{ Name: 'FunctionName', Value: 'scorer' }],
        StartTime: START,
        EndTime: new Date(START.getTime() + HOUR),
        Period: 3_600,
        Statistics: ['Maximum'],
      }),
    );
    expect(Datapoints).toMatchObject([{ Maximum: 90 * SECOND, Unit: 'Milliseconds' }]);
  });

  test.each<[string, Partial<CreateEventSourceMappingCommandInput>, string]>([
    [
      'no starting position',
      { StartingPosition: undefined },
      "Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    ],
    [
      'a time without its position',
      { StartingPositionTimestamp: START },
      'Timestamp only valid with StartingPosition AT_TIMESTAMP',
    ],
    ['an age of half a minute', { MaximumRecordAgeInSeconds: 30 }, 'it must be -1, or at least 60'],
    [
      'a concurrency, which is of queues',
      { ScalingConfig: { MaximumConcurrency: 2 } },
      'Unsupported ScalingConfig parameter for given event source mapping type.',
    ],
    [
      'a filter that is none',
      { FilterCriteria: { Filters: [{ Pattern: '{"data": "x"}' }] } },
      'Invalid filter pattern definition.',
    ],
    [
      'a filter of anything but data',
      { FilterCriteria: { Filters: [{ Pattern: '{"partitionKey": ["x"]}' }] } },
      'partitionKey is not data',
    ],
    [
      'a bucket as destination',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::b' } } },
      'does not implement destinations of the service s3',
    ],
    ['a tumbling window', { TumblingWindowInSeconds: 30 }, 'does not implement TumblingWindowInSeconds'],
    [
      'a source of another service',
      { EventSourceArn: 'arn:aws:mq:us-east-1:000000000000:broker:b:1' },
      'does not implement event sources other than SQS queues, Kinesis and DynamoDB streams and self-managed Apache Kafka',
    ],
    [
      'a stream that does not exist',
      { EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/other' },
      'Stream not found: arn:aws:kinesis:us-east-1:000000000000:stream/other',
    ],
  ])('is refused with %s', async (_what, more, message) => {
    await expect(fixture.map(more)).rejects.toThrow(message);
  });

  test('is refused where the role may not read it', async () => {
    await fixture.role('nobody', [], 'lambda.amazonaws.com');
    fixture.functions.set('outsider', () => undefined);
    await fixture.createFunction('outsider', 'arn:aws:iam::000000000000:role/nobody');
    await expect(fixture.map({ FunctionName: 'outsider' })).rejects.toThrow(
      `Cannot access stream ${STREAM}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in Kinesis.`,
    );
  });

  test('its CloudFormation resource is made and changed; what is left out returns to its default', async () => {
    const { resources } = fixture.cloud.service<LambdaService>('lambda');
    const provider = resources['AWS::Lambda::EventSourceMapping'];
    const context = fixture.resourceContext('Mapping');
    const given = {
      FunctionName: 'scorer',
      EventSourceArn: STREAM,
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: START.getTime() / 1_000,
      BatchSize: '7',
      MaximumRetryAttempts: 3,
      BisectBatchOnFunctionError: 'true',
      FilterCriteria: { Filters: [{ Pattern: '{"data":{"a":[1]}}' }] },
      Tags: [{ Key: 'team', Value: 'ml' }],
    };
    const { physicalId: UUID = '' } = (await provider?.create(given, context)) ?? {};
    const tags = async () => {
      const Resource = `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`;
      return (await fixture.lambda.send(new ListTagsCommand({ Resource }))).Tags;
    };
    expect(await tags()).toEqual({ team: 'ml' });
    const describe = () => fixture.lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect(await describe()).toMatchObject({
      BatchSize: 7,
      MaximumRetryAttempts: 3,
      BisectBatchOnFunctionError: true,
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: START,
      FilterCriteria: given.FilterCriteria,
    });
    const changed = {
      FunctionName: 'scorer',
      EventSourceArn: STREAM,
      StartingPosition: 'AT_TIMESTAMP',
      Tags: [{ Key: 'cost', Value: '7' }],
    };
    await provider?.update(UUID, changed, given, context);
    expect(await tags()).toEqual({ cost: '7' });
    const after = await describe();
    expect(after).toMatchObject({
      BatchSize: 100,
      MaximumRetryAttempts: -1,
      BisectBatchOnFunctionError: false,
    });
    expect(after.FilterCriteria).toBeUndefined();
  });
});

test('A mapping of a stream goes on after a restart where it was', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'kinesis-events-'));
  try {
    const before = new StreamFixture({ dataFolder });
    await before.setUp();
    await before.map({ StartingPosition: 'LATEST' });
    await before.putAll('1', '2');
    expect(before.calls).toEqual([['1', '2']]);
    before.runs(() => {
      throw new Error('the power is gone');
    });
    await before.putAll('3');
    await before.tearDown();
    const after = new StreamFixture({ dataFolder });
    after.runs();
    await after.cloud.start();
    await after.putAll('4');
    await after.settle();
    expect(after.calls.flat()).toEqual(['3', '4']);
    await after.tearDown();
  } finally {
    rmSync(dataFolder, { recursive: true });
  }
});
