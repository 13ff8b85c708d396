import {
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDbService } from '../../../local/services/dynamodb/dynamodb-service';
import { HOUR, MINUTE, SECOND, ServiceFixture, START } from './service-fixture';

describe('DynamoDB Streams', () => {
  let fixture: ServiceFixture;
  let tables: DynamoDBClient;
  let streams: DynamoDBStreamsClient;
  let arn: string;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    tables = new DynamoDBClient(fixture.config());
    streams = new DynamoDBStreamsClient(fixture.config());
    arn = await create('orders');
  });
  afterEach(() => fixture.cloud.stop());

  async function create(TableName: string, more: Partial<CreateTableCommandInput> = {}): Promise<string> {
    const { TableDescription } = await tables.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        ...more,
      }),
    );
    return TableDescription?.LatestStreamArn as string;
  }

  const put = (id: string, amount: number, TableName = 'orders') =>
    tables.send(new PutItemCommand({ TableName, Item: { id: { S: id }, amount: { N: String(amount) } } }));

  const shardOf = async (StreamArn = arn) => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    return StreamDescription?.Shards?.[0];
  };

  const iterator = async (
    ShardIteratorType: GetShardIteratorCommandInput['ShardIteratorType'] = 'TRIM_HORIZON',
    more: object = {},
    StreamArn = arn,
  ) => {
    const { ShardId } = (await shardOf(StreamArn)) ?? {};
    const input = { StreamArn, ShardId, ShardIteratorType, ...more };
    return (await streams.send(new GetShardIteratorCommand(input))).ShardIterator;
  };

  const read = async (...args: Parameters<typeof iterator>) =>
    (await streams.send(new GetRecordsCommand({ ShardIterator: await iterator(...args) }))).Records ?? [];

  test('has each change of an item with what it was before and is after it', async () => {
    await put('a', 1);
    await put('a', 1);
    await tables.send(
      new UpdateItemCommand({
        TableName: 'orders',
        Key: { id: { S: 'a' } },
        UpdateExpression: 'SET amount = :n',
        ExpressionAttributeValues: { ':n': { N: '2' } },
      }),
    );
    await tables.send(new DeleteItemCommand({ TableName: 'orders', Key: { id: { S: 'a' } } }));
    const key = { id: { S: 'a' } };
    const common = {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
    };
    const change = (NewImage: object | undefined, OldImage: object | undefined, SizeBytes: number) => ({
      ApproximateCreationDateTime: START,
      Keys: key,
      ...(NewImage && { NewImage }),
      ...(OldImage && { OldImage }),
      SequenceNumber: expect.stringMatching(/^\d{25}$/),
      SizeBytes,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
    const [one, two] = [
      { ...key, amount: { N: '1' } },
      { ...key, amount: { N: '2' } },
    ];
    // A write that changes nothing is no change.
    expect(await read()).toEqual([
      { ...common, eventName: 'INSERT', dynamodb: change(one, undefined, 14) },
      { ...common, eventName: 'MODIFY', dynamodb: change(two, one, 25) },
      { ...common, eventName: 'REMOVE', dynamodb: change(undefined, two, 14) },
    ]);
  });

  test('has changes by batches and transactions', async () => {
    const item = (id: string) => ({ id: { S: id }, amount: { N: '1' } });
    await tables.send(
      new BatchWriteItemCommand({
        RequestItems: { orders: ['a', 'b'].map((id) => ({ PutRequest: { Item: item(id) } })) },
      }),
    );
    await tables.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'orders', Item: item('c') } },
          { Delete: { TableName: 'orders', Key: { id: { S: 'a' } } } },
        ],
      }),
    );
    expect((await read()).map(({ eventName, dynamodb }) => [eventName, dynamodb?.Keys?.id?.S])).toEqual([
      ['INSERT', 'a'],
      ['INSERT', 'b'],
      ['INSERT', 'c'],
      ['REMOVE', 'a'],
    ]);
  });

  test.each([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ] as const)('shows %s as its view says', async (StreamViewType, expected) => {
    const StreamArn = await create('viewed', {
      StreamSpecification: { StreamEnabled: true, StreamViewType },
    });
    await put('a', 1, 'viewed');
    await put('a', 2, 'viewed');
    const [, modified] = await read('TRIM_HORIZON', {}, StreamArn);
    const images = Object.keys(modified?.dynamodb ?? {}).filter((name) => name.endsWith('Image'));
    expect(images.sort()).toEqual(expected);
  });

  test('gives an iterator of each type, which expires after 15 minutes', async () => {
    await put('a', 1);
    await put('b', 1);
    const latest = await iterator('LATEST');
    await put('c', 1);
    const [, second] = await read();
    const SequenceNumber = second?.dynamodb?.SequenceNumber;
    const ids = (records: Awaited<ReturnType<typeof read>>) =>
      records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S);
    expect(ids(await read('AT_SEQUENCE_NUMBER', { SequenceNumber }))).toEqual(['b', 'c']);
    expect(ids(await read('AFTER_SEQUENCE_NUMBER', { SequenceNumber }))).toEqual(['c']);
    await fixture.advance(15 * MINUTE);
    const { Records = [], NextShardIterator } = await streams.send(
      new GetRecordsCommand({ ShardIterator: latest }),
    );
    expect(ids(Records)).toEqual(['c']);
    await fixture.advance(SECOND);
    await expect(streams.send(new GetRecordsCommand({ ShardIterator: latest }))).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
    });
    await put('d', 1);
    const next = await streams.send(new GetRecordsCommand({ ShardIterator: NextShardIterator }));
    expect(ids(next.Records ?? [])).toEqual(['d']);
  });

  test('keeps changes for 24 hours', async () => {
    await put('a', 1);
    const [first] = await read();
    await fixture.advance(23 * HOUR);
    await put('b', 1);
    await fixture.advance(HOUR);
    expect(await read()).toMatchObject([{ dynamodb: { Keys: { id: { S: 'b' } } } }]);
    const { SequenceNumber } = first?.dynamodb ?? {};
    await fixture.advance(24 * HOUR);
    await expect(read('AFTER_SEQUENCE_NUMBER', { SequenceNumber })).rejects.toMatchObject({
      name: 'TrimmedDataAccessException',
    });
  });

  test('ends when it is disabled or its table is deleted, and can be read for 24 hours more', async () => {
    await put('a', 1);
    const disable = () =>
      tables.send(
        new UpdateTableCommand({ TableName: 'orders', StreamSpecification: { StreamEnabled: false } }),
      );
    await disable();
    await put('b', 1);
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: arn }));
    expect(StreamDescription).toMatchObject({
      StreamStatus: 'DISABLED',
      TableName: 'orders',
      Shards: [{ SequenceNumberRange: { EndingSequenceNumber: expect.any(String) } }],
    });
    const page = await streams.send(new GetRecordsCommand({ ShardIterator: await iterator() }));
    expect(page.Records).toHaveLength(1);
    expect(page.NextShardIterator).toBeUndefined();
    await expect(disable()).rejects.toThrow('Table has no stream to disable: TableName: orders');
    await tables.send(
      new UpdateTableCommand({
        TableName: 'orders',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      }),
    );
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: 'orders' }));
    expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
    expect(Table?.LatestStreamArn).not.toBe(arn);
    await tables.send(new DeleteTableCommand({ TableName: 'orders' }));
    const listed = async () => (await streams.send(new ListStreamsCommand({ TableName: 'orders' }))).Streams;
    expect((await listed())?.map(({ StreamArn }) => StreamArn)).toEqual([arn, Table?.LatestStreamArn]);
    await fixture.advance(24 * HOUR);
    expect(await listed()).toEqual([]);
  });

  test('enforces the policies of roles', async () => {
    await put('a', 1);
    const config = await fixture.roleConfig('reader', [
      { Effect: 'Allow', Action: ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator'], Resource: arn },
    ]);
    const reader = new DynamoDBStreamsClient(config);
    await reader.send(new DescribeStreamCommand({ StreamArn: arn }));
    const ShardIterator = await iterator();
    await expect(reader.send(new GetRecordsCommand({ ShardIterator }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`dynamodb:GetRecords on resource: ${arn}`),
    });
  });

  test('is made, changed and removed by the CloudFormation resource of its table', async () => {
    const { resources } = fixture.cloud.service<DynamoDbService>('dynamodb');
    const provider = resources['AWS::DynamoDB::Table'];
    const context = fixture.resourceContext('Table');
    const given = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
    };
    const state = await provider?.create(given, context);
    const name = state?.physicalId as string;
    expect(state?.attributes?.StreamArn).toMatch(/:table\/stack-Table-1\/stream\/2026-11-24T10:00:00\.000$/);
    const changed = { ...given, StreamSpecification: { StreamViewType: 'NEW_IMAGE' } };
    const after = await provider?.update(name, changed, given, context);
    expect(after?.attributes?.StreamArn).not.toBe(state?.attributes?.StreamArn);
    await provider?.update(name, { ...changed, StreamSpecification: undefined }, changed, context);
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: name }));
    expect(Table?.StreamSpecification).toBeUndefined();
  });
});
