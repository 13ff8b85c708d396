import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { globalTableResource, tableResource } from '../../../local/services/dynamodb/resources';
import { MINUTE, ServiceFixture } from './service-fixture';

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table';

describe('DynamoDB', () => {
  const fixture = new ServiceFixture();
  let dynamoDb: DynamoDBClient;
  beforeAll(async () => {
    await fixture.cloud.start();
    dynamoDb = new DynamoDBClient({ ...fixture.config(), maxAttempts: 1 });
  });
  afterAll(() => fixture.cloud.stop());

  let tables = 0;
  /** A table with the partition key `id`, and a numeric sort key if it is named. */
  async function createTable(
    sort?: string,
    { AttributeDefinitions = [], ...more }: Partial<CreateTableCommandInput> = {},
  ): Promise<string> {
    const TableName = `table-${++tables}`;
    await dynamoDb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' as const }] : []),
        ],
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          ...(sort ? [{ AttributeName: sort, AttributeType: 'N' as const }] : []),
          ...AttributeDefinitions,
        ],
        ...more,
      }),
    );
    return TableName;
  }
  const put = (TableName: string, Item: Record<string, AttributeValue>) =>
    dynamoDb.send(new PutItemCommand({ TableName, Item }));
  const get = async (TableName: string, Key: Record<string, AttributeValue>) =>
    (await dynamoDb.send(new GetItemCommand({ TableName, Key }))).Item;

  describe('tables', () => {
    test('are described, listed and deleted', async () => {
      const TableName = await createTable('at', { Tags: [{ Key: 'a', Value: 'b' }] });
      const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
      expect(Table).toMatchObject({
        TableName,
        TableArn: `${ARN}/${TableName}`,
        TableStatus: 'ACTIVE',
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        ItemCount: 0,
      });
      const { Tags } = await dynamoDb.send(
        new ListTagsOfResourceCommand({ ResourceArn: `${ARN}/${TableName}` }),
      );
      expect(Tags).toEqual([{ Key: 'a', Value: 'b' }]);
      const { TableNames } = await dynamoDb.send(new ListTablesCommand({}));
      expect(TableNames).toContain(TableName);
      await dynamoDb.send(new DeleteTableCommand({ TableName }));
      await expect(get(TableName, { id: { S: 'a' } })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Requested resource not found',
      });
    });

    test('that are protected are not deleted', async () => {
      const TableName = await createTable(undefined, { DeletionProtectionEnabled: true });
      await expect(dynamoDb.send(new DeleteTableCommand({ TableName }))).rejects.toThrow(
        'protected against deletion',
      );
      await dynamoDb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
      await dynamoDb.send(new DeleteTableCommand({ TableName }));
    });

    test.each([
      [{ BillingMode: 'PROVISIONED' }, 'must both be specified when BillingMode is PROVISIONED'],
      [{ KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] }, 'Invalid KeySchema'],
      [
        { AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }] },
        'does not exactly match number of attributes',
      ],
      [
        { KeySchema: [{ AttributeName: 'nope', KeyType: 'HASH' }] },
        'are not defined in AttributeDefinitions',
      ],
      [
        { StreamSpecification: { StreamEnabled: true } },
        'StreamViewType undefined does not go with StreamEnabled true',
      ],
    ] as [Partial<CreateTableCommandInput>, string][])('with %j are refused', async (input, words) => {
      await expect(createTable(undefined, input)).rejects.toThrow(words);
    });
  });

  describe('items', () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable();
    });

    test('come back with every type of value', async () => {
      const Item = {
        id: { S: 'all' },
        number: { N: '12.5' },
        bytes: { B: new Uint8Array([1, 2, 255]) },
        list: { L: [{ NULL: true }, { BOOL: false }, { M: { x: { S: '' } } }] },
        strings: { SS: ['a', 'b'] },
        numbers: { NS: ['1', '2'] },
        binaries: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
      };
      await put(TableName, Item);
      expect(await get(TableName, { id: { S: 'all' } })).toEqual(Item);
    });

    test.each([
      ['1e2', '100'],
      ['0012.3400', '12.34'],
      ['-0.0', '0'],
      ['1e-3', '0.001'],
      ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ])('number %s is stored as %s', async (given, stored) => {
      await put(TableName, { id: { S: 'n' }, n: { N: given } });
      expect((await get(TableName, { id: { S: 'n' } }))?.n).toEqual({ N: stored });
    });

    // Texts of AWS, as boto3's and moto's issues quote them.
    test.each([
      [{}, 'Missing the key id in the item'],
      [{ id: { N: '1' } }, 'Type mismatch for key id expected: S actual: N'],
      [{ id: { S: '' } }, 'cannot contain an empty string value. Key: id'],
      [{ id: { S: 'x'.repeat(2049) } }, 'exceeded the maximum size limit of 2048 bytes'],
      [{ id: { S: 'a' }, n: { N: 'ten' } }, 'The parameter cannot be converted to a numeric value: ten'],
      [{ id: { S: 'a' }, n: { N: '1'.repeat(39) } }, 'more than 38 significant digits'],
      [{ id: { S: 'a' }, n: { N: '1e126' } }, 'Number overflow'],
      [{ id: { S: 'a' }, n: { N: '1e-131' } }, 'Number underflow'],
      [{ id: { S: 'a' }, s: { SS: [] } }, 'may not be empty'],
      [{ id: { S: 'a' }, s: { SS: ['a', 'a'] } }, 'Input collection [a, a] contains duplicates.'],
      [
        { id: { S: 'a' }, s: { S: 'x'.repeat(400 * 1024) } },
        'Item size has exceeded the maximum allowed size',
      ],
    ] as [Record<string, AttributeValue>, string][])('are refused: %#', async (Item, words) => {
      await expect(put(TableName, Item)).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(words),
      });
    });

    test('of 400 KB are stored, names counted', async () => {
      const size = 400 * 1024 - 'idbigs'.length;
      await put(TableName, { id: { S: 'big' }, s: { S: 'x'.repeat(size) } });
      const grow = dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: 'big' } },
          UpdateExpression: 'SET t = :t',
          ExpressionAttributeValues: { ':t': { S: '' } },
        }),
      );
      await expect(grow).rejects.toThrow('Item size to update has exceeded the maximum allowed size');
    });

    test('that fail a condition are returned if the caller wants them', async () => {
      await put(TableName, { id: { S: 'c' }, v: { N: '1' } });
      const input = { TableName, Key: { id: { S: 'c' } }, ConditionExpression: 'attribute_not_exists(id)' };
      await expect(dynamoDb.send(new DeleteItemCommand(input))).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
        message: 'The conditional request failed',
        Item: undefined,
      });
      const returned = { ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
      await expect(dynamoDb.send(new DeleteItemCommand(returned))).rejects.toMatchObject({
        Item: { id: { S: 'c' }, v: { N: '1' } },
      });
    });

    test('are created by an update', async () => {
      const { Attributes } = await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: 'new' } },
          UpdateExpression: 'ADD hits :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues: 'ALL_NEW',
        }),
      );
      expect(Attributes).toEqual({ id: { S: 'new' }, hits: { N: '1' } });
    });

    // What AWS documents and moto does otherwise.
    test.each([
      ['SET #m = :x, #m.v = :x', 'Two document paths overlap with each other'],
      ['SET #m.v = :x, #m[0] = :x', 'Two document paths conflict with each other'],
      ['SET v = :x, w = :unknown', 'attribute value: :unknown'],
      ['SET #unknown = :x', 'attribute name: #unknown'],
      ['SET v = :x +', 'Syntax error; token: "<EOF>"'],
      ['SET v = upper(:x)', 'Invalid function name; function: upper'],
      ['PUT v :x', 'Syntax error; token: "PUT"'],
      [
        'SET v = :x, #m = :y',
        'Value provided in ExpressionAttributeValues unused in expressions: keys: {:z}',
      ],
    ])('are not updated by %s', async (UpdateExpression, words) => {
      const input = {
        TableName,
        Key: { id: { S: 'u' } },
        UpdateExpression,
        ...(UpdateExpression.includes('#m') && { ExpressionAttributeNames: { '#m': 'map' } }),
        ExpressionAttributeValues: {
          ':x': { S: 'x' },
          ...(words.includes(':z') && { ':y': { S: 'y' }, ':z': { S: 'z' } }),
        },
      };
      await expect(dynamoDb.send(new UpdateItemCommand(input))).rejects.toThrow(words);
    });

    test('show some members of a list, and only what an update changed', async () => {
      await put(TableName, {
        id: { S: 'l' },
        seq: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] },
        map: { M: { a: { N: '1' }, b: { N: '2' } } },
      });
      const Key = { id: { S: 'l' } };
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName, Key, ProjectionExpression: 'seq[2], seq[0]' }),
      );
      expect(Item).toEqual({ seq: { L: [{ N: '0' }, { N: '2' }] } });
      const { Attributes } = await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #m.a = :x',
          ExpressionAttributeNames: { '#m': 'map' },
          ExpressionAttributeValues: { ':x': { N: '9' } },
          ReturnValues: 'UPDATED_OLD',
        }),
      );
      expect(Attributes).toEqual({ map: { M: { a: { N: '1' } } } });
    });
  });

  describe('batches', () => {
    test('write up to 25 items and read up to 100', async () => {
      const TableName = await createTable();
      const ids = Array.from({ length: 25 }, (_, index) => ({ id: { S: `i${index}` } }));
      const write = (Items: Record<string, AttributeValue>[]) =>
        dynamoDb.send(
          new BatchWriteItemCommand({
            RequestItems: { [TableName]: Items.map((Item) => ({ PutRequest: { Item } })) },
          }),
        );
      const { UnprocessedItems } = await write(ids);
      expect(UnprocessedItems).toEqual({});
      await expect(write([...ids, { id: { S: 'one more' } }])).rejects.toThrow('less than or equal to 25');
      await expect(write([ids[0] ?? {}, ids[0] ?? {}])).rejects.toThrow(
        'Provided list of item keys contains duplicates',
      );
      await dynamoDb.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: [{ DeleteRequest: { Key: { id: { S: 'i0' } } } }] },
        }),
      );
      const { Responses } = await dynamoDb.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: ids } } }),
      );
      expect(Responses?.[TableName]).toHaveLength(24);
    });
  });

  describe('queries', () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable('at', {
        AttributeDefinitions: [
          { AttributeName: 'owner', AttributeType: 'S' },
          { AttributeName: 'score', AttributeType: 'N' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-owner',
            KeySchema: [
              { AttributeName: 'owner', KeyType: 'HASH' },
              { AttributeName: 'score', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['kept'] },
          },
        ],
      });
      for (const [at, owner, score] of [
        [10, 'ann', 3],
        [9, 'ann', 1],
        [100, 'bob', 2],
      ] as const)
        await put(TableName, {
          id: { S: 'p' },
          at: { N: String(at) },
          owner: { S: owner },
          score: { N: String(score) },
          kept: { S: 'k' },
          dropped: { S: 'd' },
        });
      await put(TableName, { id: { S: 'p' }, at: { N: '-1' }, owner: { S: 'ann' } });
    });

    const query = (input: object, values: Record<string, AttributeValue>) =>
      dynamoDb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'id = :id',
          ExpressionAttributeValues: values,
          ...input,
        }),
      );

    test('give items in the order of their numbers, not of their text', async () => {
      const { Items } = await query({}, { ':id': { S: 'p' } });
      expect(Items?.map(({ at }) => at?.N)).toEqual(['-1', '9', '10', '100']);
    });

    test('go through pages', async () => {
      const seen: (string | undefined)[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await query({ Limit: 3, ExclusiveStartKey }, { ':id': { S: 'p' } });
        seen.push(...(page.Items ?? []).map(({ at }) => at?.N));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(seen).toEqual(['-1', '9', '10', '100']);
    });

    test('read an index: its items, in its order, with what it projects', async () => {
      const { Items } = await query(
        {
          IndexName: 'by-owner',
          KeyConditionExpression: '#o = :o',
          ExpressionAttributeNames: { '#o': 'owner' },
        },
        { ':o': { S: 'ann' } },
      );
      expect(Items).toEqual(
        ['9', '10'].map((at, index) => ({
          id: { S: 'p' },
          at: { N: at },
          owner: { S: 'ann' },
          score: { N: ['1', '3'][index] },
          kept: { S: 'k' },
        })),
      );
    });

    test.each([
      [{ KeyConditionExpression: 'id = :n' }, { ':n': { N: '1' } }, 'does not match schema type'],
      [{ FilterExpression: '#at = :one' }, { ':one': { N: '1' } }, 'Primary key attribute: at'],
      [{ IndexName: 'none' }, {}, 'does not have the specified index: none'],
      [
        { IndexName: 'by-owner', ConsistentRead: true },
        {},
        'Query condition missed key schema element: owner',
      ],
      [{ KeyConditionExpression: 'id = :id OR #at = :one' }, { ':one': { N: '1' } }, 'Invalid operator used'],
      [{ ExclusiveStartKey: { id: { S: 'p' } } }, {}, 'The provided starting key is invalid'],
    ] as [object, Record<string, AttributeValue>, string][])(
      'are refused: %j',
      async (input, values, words) => {
        const text = JSON.stringify(input);
        const used = { ...values, ...(!text.includes('id = :n') && { ':id': { S: 'p' } }) };
        const names = text.includes('#at') && { ExpressionAttributeNames: { '#at': 'at' } };
        await expect(query({ ...input, ...names }, used)).rejects.toThrow(words);
      },
    );

    test('scans read everything once, in segments', async () => {
      const name = await createTable();
      for (let index = 0; index < 20; index++) await put(name, { id: { S: `i${index}` } });
      const ids = [];
      for (const Segment of [0, 1, 2]) {
        const { Items } = await dynamoDb.send(
          new ScanCommand({ TableName: name, Segment, TotalSegments: 3 }),
        );
        ids.push(...(Items ?? []).map(({ id }) => id?.S));
      }
      expect(ids).toHaveLength(20);
      expect(new Set(ids).size).toBe(20);
    });

    test('a page reads 1 MB at most', async () => {
      const name = await createTable();
      for (const id of ['a', 'b', 'c', 'd'])
        await put(name, { id: { S: id }, s: { S: 'x'.repeat(380 * 1024) } });
      const first = await dynamoDb.send(new ScanCommand({ TableName: name }));
      expect(first.Count).toBe(3);
      const { Count } = await dynamoDb.send(
        new ScanCommand({ TableName: name, ExclusiveStartKey: first.LastEvaluatedKey }),
      );
      expect(Count).toBe(1);
    });
  });

  describe('transactions', () => {
    test('with the same token have an effect once, for ten minutes', async () => {
      const TableName = await createTable();
      const Key = { id: { S: 'a' } };
      const add = (by: string) =>
        dynamoDb.send(
          new TransactWriteItemsCommand({
            ClientRequestToken: 'token',
            TransactItems: [
              {
                Update: {
                  TableName,
                  Key,
                  UpdateExpression: 'ADD hits :by',
                  ExpressionAttributeValues: { ':by': { N: by } },
                },
              },
            ],
          }),
        );
      await add('1');
      await add('1');
      await expect(add('2')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
      const { Responses } = await dynamoDb.send(
        new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] }),
      );
      expect(Responses?.[0]?.Item?.hits).toEqual({ N: '1' });
      await fixture.advance(10 * MINUTE);
      await add('2');
      expect((await get(TableName, Key))?.hits).toEqual({ N: '3' });
    });

    test('that are canceled say why, by item', async () => {
      const TableName = await createTable();
      await put(TableName, { id: { S: 'a' } });
      const Put = {
        TableName,
        Item: { id: { S: 'a' } },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      };
      const write = dynamoDb.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName, Item: { id: { S: 'b' } } } }, { Put }],
        }),
      );
      await expect(write).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        message:
          'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
        CancellationReasons: [
          { Code: 'None' },
          {
            Code: 'ConditionalCheckFailed',
            Message: 'The conditional request failed',
            Item: { id: { S: 'a' } },
          },
        ],
      });
      expect(await get(TableName, { id: { S: 'b' } })).toBeUndefined();
    });
  });

  describe('rights', () => {
    const allow = (Action: string | string[], Resource: string, more: object = {}) => ({
      Effect: 'Allow',
      Action,
      Resource,
      ...more,
    });
    const clientOf = async (role: string, ...statements: object[]) =>
      new DynamoDBClient(await fixture.roleConfig(role, statements));

    test('are those of the action, the table and the index', async () => {
      const TableName = await createTable();
      const client = await clientOf('writer', allow('dynamodb:PutItem', `${ARN}/${TableName}`));
      await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'a' } } }));
      for (const command of [
        new GetItemCommand({ TableName, Key: { id: { S: 'a' } } }),
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: [{ PutRequest: { Item: { id: { S: 'a' } } } }] },
        }),
        new QueryCommand({ TableName, IndexName: 'by-owner', KeyConditionExpression: 'id = :id' }),
      ])
        await expect(client.send(command as GetItemCommand)).rejects.toMatchObject({
          name: 'AccessDeniedException',
        });
    });

    test('of a transaction are those of its parts', async () => {
      const TableName = await createTable();
      const transact = (client: DynamoDBClient) =>
        client.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: { TableName, Item: { id: { S: 'a' } } } },
              {
                ConditionCheck: {
                  TableName,
                  Key: { id: { S: 'b' } },
                  ConditionExpression: 'attribute_not_exists(id)',
                },
              },
            ],
          }),
        );
      const put = allow('dynamodb:PutItem', `${ARN}/${TableName}`);
      await expect(transact(await clientOf('half', put))).rejects.toThrow('dynamodb:ConditionCheckItem');
      const check = allow('dynamodb:ConditionCheckItem', `${ARN}/${TableName}`);
      await transact(await clientOf('whole', put, check));
    });

    test('may depend on the partition key', async () => {
      const TableName = await createTable();
      const client = await clientOf(
        'tenant',
        allow('dynamodb:PutItem', '*', {
          Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] } },
        }),
      );
      await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'mine' } } }));
      await expect(
        client.send(new PutItemCommand({ TableName, Item: { id: { S: 'theirs' } } })),
      ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });

    test('on a table with a key include the key', async () => {
      const kms = new KMSClient(fixture.config());
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const KMSMasterKeyId = KeyMetadata?.Arn as string;
      const TableName = await createTable(undefined, {
        SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId },
      });
      const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
      expect(Table?.SSEDescription).toEqual({
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: KMSMasterKeyId,
      });
      const table = allow('dynamodb:GetItem', `${ARN}/${TableName}`);
      const read = (client: DynamoDBClient) =>
        client.send(new GetItemCommand({ TableName, Key: { id: { S: 'a' } } }));
      await expect(read(await clientOf('keyless', table))).rejects.toThrow('kms:Decrypt');
      const reader = await clientOf('reader', table, allow('kms:Decrypt', KMSMasterKeyId));
      await read(reader);
      await kms.send(new DisableKeyCommand({ KeyId: KMSMasterKeyId }));
      await expect(read(reader)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });
  });

  describe('stacks', () => {
    const properties = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    };

    test('create, change and delete a table', async () => {
      const context = fixture.resourceContext('Table');
      const first = {
        ...properties,
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        Tags: [{ Key: 'a', Value: '1' }],
      };
      const { physicalId: TableName, attributes } = await tableResource.create(first, context);
      expect(attributes?.Arn).toBe(`${ARN}/${TableName}`);
      const ttl = async () =>
        (await dynamoDb.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
      expect(await ttl()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
      const { ContinuousBackupsDescription } = await dynamoDb.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      expect(ContinuousBackupsDescription).toMatchObject({
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      });
      const second = {
        ...properties,
        AttributeDefinitions: [
          ...properties.AttributeDefinitions,
          { AttributeName: 'owner', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-owner',
            KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        Tags: [{ Key: 'b', Value: '2' }],
      };
      const [index] = second.GlobalSecondaryIndexes;
      const GlobalSecondaryIndexes = [index, { ...index, IndexName: 'by-owner-too' }];
      await expect(
        tableResource.update(TableName, { ...second, GlobalSecondaryIndexes }, first, context),
      ).rejects.toThrow('Cannot perform more than one GSI creation or deletion in a single update');
      await tableResource.update(TableName, second, first, context);
      const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
      expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['by-owner']);
      expect(await ttl()).toEqual({ TimeToLiveStatus: 'DISABLED' });
      const { Tags } = await dynamoDb.send(
        new ListTagsOfResourceCommand({ ResourceArn: attributes?.Arn as string }),
      );
      expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
      await tableResource.delete(TableName, second, context);
      await tableResource.delete(TableName, second, context);
    });

    test('create a global table with one replica', async () => {
      const { physicalId: TableName } = await globalTableResource.create(
        { ...properties, TableName: 'global', Replicas: [{ Region: 'us-east-1', TableClass: 'STANDARD' }] },
        fixture.resourceContext(),
      );
      const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
      expect(Table?.TableClassSummary).toEqual({ TableClass: 'STANDARD' });
    });

    test('with several replicas are refused', async () => {
      const Replicas = [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }];
      expect(() =>
        globalTableResource.create({ ...properties, Replicas }, fixture.resourceContext()),
      ).toThrow('does not implement global tables with several replicas');
    });
  });
});

test('DynamoDB keeps items and their order over a restart', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  try {
    const before = new ServiceFixture({ dataFolder });
    await before.cloud.start();
    const writer = new DynamoDBClient(before.config());
    await writer.send(
      new CreateTableCommand({
        TableName: 'kept',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'at', AttributeType: 'N' },
        ],
      }),
    );
    const key = (at: string) => ({ id: { S: 'a' }, at: { N: at } });
    for (const at of ['10', '9', '3', '-1'])
      await writer.send(new PutItemCommand({ TableName: 'kept', Item: key(at) }));
    await writer.send(new PutItemCommand({ TableName: 'kept', Item: { ...key('9'), v: { S: 'new' } } }));
    await writer.send(new DeleteItemCommand({ TableName: 'kept', Key: key('3.0') }));
    await before.cloud.stop();
    const after = new ServiceFixture({ dataFolder });
    await after.cloud.start();
    const { Items } = await new DynamoDBClient(after.config()).send(
      new QueryCommand({
        TableName: 'kept',
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': { S: 'a' } },
      }),
    );
    expect(Items).toEqual([key('-1'), { ...key('9'), v: { S: 'new' } }, key('10')]);
    await after.cloud.stop();
  } finally {
    rmSync(dataFolder, { recursive: true });
  }
});
