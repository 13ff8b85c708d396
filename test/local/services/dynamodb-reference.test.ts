import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import reference from '../../reference/dynamodb.json';
import { ServiceFixture } from './service-fixture';

interface Case {
  readonly request: object;
  readonly answer: object;
}

/** Where moto answers otherwise than AWS documents; these have tests in dynamodb.test.ts. */
const OTHERWISE = [
  // moto looks for overlaps in names, not in paths.
  'SET #m = :x, #m.v1 = :z',
  '#m, #m.v1',
  // It projects one member of a list.
  'seq[0], seq[2]',
  // It returns a whole map of which one member is updated.
  'UPDATED_OLD',
  // It compares a key with a value of another type, and filters by key.
  'id = :two',
  'id = :p #at = :two',
];

/** Answers of moto to the same calls, which test/reference/dynamodb.py recorded. */
describe('expressions of DynamoDB, as moto evaluates them', () => {
  const fixture = new ServiceFixture();
  let dynamoDb: DynamoDBClient;

  const putItem = () =>
    dynamoDb.send(
      new PutItemCommand({
        TableName: 'items',
        Item: reference.item as unknown as Record<string, AttributeValue>,
      }),
    );

  beforeAll(async () => {
    await fixture.cloud.start();
    dynamoDb = new DynamoDBClient(fixture.config());
    const table = (TableName: string, sortKey?: string) =>
      dynamoDb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'id', AttributeType: 'S' },
            ...(sortKey ? [{ AttributeName: sortKey, AttributeType: 'N' as const }] : []),
          ],
          KeySchema: [
            { AttributeName: 'id', KeyType: 'HASH' },
            ...(sortKey ? [{ AttributeName: sortKey, KeyType: 'RANGE' as const }] : []),
          ],
        }),
      );
    await table('items');
    await table('rows', 'at');
    for (let at = 1; at <= 5; at++) {
      const Item = { id: { S: 'p' }, at: { N: String(at) }, even: { BOOL: at % 2 === 0 } };
      await dynamoDb.send(new PutItemCommand({ TableName: 'rows', Item }));
    }
  });
  afterAll(() => fixture.cloud.stop());

  /** The answer or the error, as the script writes them. */
  const answerOf = async (call: Promise<object>): Promise<object> => {
    try {
      const { $metadata: _, ...answer } = (await call) as { $metadata: unknown };
      return answer;
    } catch (error) {
      const { name, CancellationReasons: reasons } = error as Error & {
        CancellationReasons?: { Code: string }[];
      };
      return { error: name, ...(reasons && { reasons: reasons.map(({ Code }) => Code) }) };
    }
  };
  /** Without the words of errors, sets in one order, numbers in plain notation. */
  const comparable = (answer: object) => {
    const { message: _, ...rest } = answer as { message?: string };
    return JSON.parse(JSON.stringify(rest), (key, value) => {
      if (key === 'SS' || key === 'NS') return [...value].sort();
      return key === 'N' ? String(Number(value)) : value;
    });
  };
  const opinions = (cases: readonly Case[], kind: string) =>
    cases
      .filter(({ answer }) => !('failed' in answer))
      .map((one) => {
        const request = one.request as Record<string, unknown>;
        const words = [kind, 'FilterExpression', 'Limit', 'Select'].map((name) => request[name]);
        return [words.filter((word) => word !== undefined).join(' '), one] as const;
      })
      .filter(([text]) => !OTHERWISE.includes(text));

  test.each(opinions(reference.conditions, 'ConditionExpression'))('%s', async (_text, one) => {
    await putItem();
    const answer = await answerOf(dynamoDb.send(new DeleteItemCommand(one.request as never)));
    expect(comparable(answer)).toEqual(comparable(one.answer));
  });

  test.each(opinions(reference.updates, 'UpdateExpression'))('%s', async (_text, one) => {
    await putItem();
    const answer = await answerOf(dynamoDb.send(new UpdateItemCommand(one.request as never)));
    expect(comparable(answer)).toEqual(comparable(one.answer));
  });

  test.each(opinions(reference.returned, 'ReturnValues'))('an update returns %s', async (_kind, one) => {
    await putItem();
    const answer = await answerOf(dynamoDb.send(new UpdateItemCommand(one.request as never)));
    expect(comparable(answer)).toEqual(comparable(one.answer));
  });

  test.each(opinions(reference.projections, 'ProjectionExpression'))('reads %s', async (_text, one) => {
    await putItem();
    const answer = await answerOf(dynamoDb.send(new GetItemCommand(one.request as never)));
    expect(comparable(answer)).toEqual(comparable(one.answer));
  });

  test.each(opinions(reference.queries, 'KeyConditionExpression'))('finds %s', async (_text, one) => {
    const answer = await answerOf(dynamoDb.send(new QueryCommand(one.request as never)));
    expect(comparable(answer)).toEqual(comparable(one.answer));
  });

  test('transactions write all or nothing', async () => {
    await putItem();
    for (const { request, answer } of reference.transactions) {
      const given = await answerOf(dynamoDb.send(new TransactWriteItemsCommand(request as never)));
      expect(comparable(given)).toEqual(comparable(answer));
    }
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: 'items' }));
    expect(Items.map(({ id }) => id?.S).sort()).toEqual(reference.present);
  });
});
