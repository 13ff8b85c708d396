import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { HOUR, MINUTE, START } from '../service-fixture';
import { StatesFixture } from '../stepfunctions-fixture';
import { type StandIn, standInEnvironments } from './stand-in-environment';

interface ChangeEvent {
  readonly Records: readonly {
    readonly eventName: string;
    readonly dynamodb: {
      readonly Keys: { readonly id: { readonly S: string } };
      readonly SequenceNumber: string;
    };
  }[];
}

describe('A stream of a table whose changes a function gets', () => {
  const functions = new Map<string, StandIn>();
  let fixture: StatesFixture;
  let tables: DynamoDBClient;
  let arn: string;
  let calls: string[][];

  beforeEach(async () => {
    fixture = new StatesFixture({ runtimes: { functions: standInEnvironments(functions) } });
    await fixture.start();
    tables = new DynamoDBClient(fixture.config());
    const { TableDescription } = await tables.send(
      new CreateTableCommand({
        TableName: 'orders',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    arn = TableDescription?.LatestStreamArn as string;
    const statements = [
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
        Resource: arn,
      },
      { Effect: 'Allow', Action: ['dynamodb:ListStreams', 'sqs:SendMessage', 'logs:*'], Resource: '*' },
    ];
    calls = [];
    runs(() => undefined);
    await createFunction('scorer', await fixture.role('scorer', statements, 'lambda.amazonaws.com'));
  });
  afterEach(() => fixture.stop());

  function runs(standIn: (event: ChangeEvent) => unknown) {
    functions.set('scorer', (event: ChangeEvent) => {
      calls.push(event.Records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb.Keys.id.S}`));
      return standIn(event);
    });
  }

  const createFunction = (FunctionName: string, Role: string) =>
    new LambdaClient(fixture.config()).send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
      }),
    );

  const map = (more: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    new LambdaClient(fixture.config()).send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'scorer',
        EventSourceArn: arn,
        StartingPosition: 'TRIM_HORIZON',
        ...more,
      }),
    );

  const put = async (id: string, amount = 1) => {
    const Item = { id: { S: id }, amount: { N: String(amount) }, raw: { B: Buffer.from('x') } };
    await tables.send(new PutItemCommand({ TableName: 'orders', Item }));
    await fixture.settle();
  };

  test('hands them over as AWS does', async () => {
    let event: unknown;
    runs((given) => {
      event = given;
    });
    expect(await map()).toMatchObject({
      BatchSize: 100,
      EventSourceArn: arn,
      StartingPosition: 'TRIM_HORIZON',
    });
    await put('a');
    expect(event).toEqual({
      Records: [
        {
          eventID: expect.any(String),
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          dynamodb: {
            ApproximateCreationDateTime: START.getTime() / 1_000,
            Keys: { id: { S: 'a' } },
            NewImage: { id: { S: 'a' }, amount: { N: '1' }, raw: { B: 'eA==' } },
            SequenceNumber: expect.any(String),
            SizeBytes: 18,
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
          eventSourceARN: arn,
        },
      ],
    });
    await tables.send(new DeleteItemCommand({ TableName: 'orders', Key: { id: { S: 'a' } } }));
    await fixture.settle();
    expect(calls).toEqual([['INSERT a'], ['REMOVE a']]);
  });

  test('goes on after the change that a function names as the first that failed', async () => {
    for (const id of ['a', 'b', 'c']) await put(id);
    let isFirst = true;
    runs(({ Records }) => {
      const failures = isFirst ? [{ itemIdentifier: Records[1]?.dynamodb.SequenceNumber }] : [];
      isFirst = false;
      return { batchItemFailures: failures };
    });
    await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await fixture.advance(MINUTE);
    expect(calls).toEqual([
      ['INSERT a', 'INSERT b', 'INSERT c'],
      ['INSERT b', 'INSERT c'],
    ]);
  });

  test('tells a queue of what it gives up', async () => {
    const letters = await fixture.queueFor('letters', 'lambda.amazonaws.com');
    runs(() => {
      throw new Error('no');
    });
    await map({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: letters.arn } },
    });
    await put('a');
    expect(await fixture.receiveJson(letters.url)).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
          batchSize: 1,
          streamArn: arn,
        },
      },
    ]);
  });

  test('hands over only what passes a filter, and from the next change on if it is to', async () => {
    await put('old', 500);
    await map({
      StartingPosition: 'LATEST',
      FilterCriteria: {
        Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"amount":{"N":["500"]}}}}' }],
      },
    });
    await put('small', 1);
    await put('large', 500);
    await put('old', 1);
    expect(calls).toEqual([['INSERT large']]);
  });

  test('goes on with the oldest change that there still is', async () => {
    const { UUID } = await map();
    await put('a');
    runs(() => {
      throw new Error('no');
    });
    await put('b');
    await fixture.advance(25 * HOUR);
    runs(() => undefined);
    calls = [];
    await put('c');
    expect([UUID !== undefined, calls]).toEqual([true, [['INSERT c']]]);
  });

  test('is refused where the role may not read it, and at a time', async () => {
    const nobody = await fixture.role('nobody', [], 'lambda.amazonaws.com');
    functions.set('outsider', () => undefined);
    await createFunction('outsider', nobody);
    await expect(map({ FunctionName: 'outsider' })).rejects.toThrow(
      `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in DynamoDB.`,
    );
    await expect(map({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: START })).rejects.toThrow(
      `Unsupported starting position for arn type: ${arn}`,
    );
  });
});
