import {
  type AttributeValueUpdate,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  type ExpectedAttributeValue,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ServiceFixture } from './service-fixture';

const ITEM = { id: { S: 'a' }, count: { N: '5' }, text: { S: 'hello' }, tags: { SS: ['x', 'y'] } };
const Key = { id: { S: 'a' } };

describe('Legacy parameters of writes to DynamoDB', () => {
  const fixture = new ServiceFixture();
  let dynamoDb: DynamoDBClient;

  beforeAll(async () => {
    await fixture.cloud.start();
    dynamoDb = new DynamoDBClient({ ...fixture.config(), maxAttempts: 1 });
    await dynamoDb.send(
      new CreateTableCommand({
        TableName: 'leases',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  });
  beforeEach(() => dynamoDb.send(new PutItemCommand({ TableName: 'leases', Item: ITEM })));
  afterAll(() => fixture.cloud.stop());

  const putIf = (Expected: Record<string, ExpectedAttributeValue>, more: object = {}) =>
    dynamoDb
      .send(new PutItemCommand({ TableName: 'leases', Item: ITEM, Expected, ...more }))
      .then(() => true)
      .catch((error: Error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error;
        return false;
      });

  const update = async (AttributeUpdates: Record<string, AttributeValueUpdate>, more: object = {}) => {
    await dynamoDb.send(new UpdateItemCommand({ TableName: 'leases', Key, AttributeUpdates, ...more }));
    return (await dynamoDb.send(new GetItemCommand({ TableName: 'leases', Key }))).Item;
  };

  // "Legacy conditional parameters" of the developer guide says what each stands for.
  test.each<[Record<string, ExpectedAttributeValue>, boolean]>([
    [{ id: { Exists: false } }, false],
    [{ other: { Exists: false } }, true],
    [{ count: { Value: { N: '5' } } }, true],
    [{ count: { Exists: true, Value: { N: '6' } } }, false],
    [{ count: { ComparisonOperator: 'EQ', AttributeValueList: [{ N: '5' }] } }, true],
    [{ count: { ComparisonOperator: 'NE', AttributeValueList: [{ N: '5' }] } }, false],
    [{ count: { ComparisonOperator: 'LE', AttributeValueList: [{ N: '5' }] } }, true],
    [{ count: { ComparisonOperator: 'LT', AttributeValueList: [{ N: '5' }] } }, false],
    [{ count: { ComparisonOperator: 'GE', AttributeValueList: [{ N: '6' }] } }, false],
    [{ count: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '4' }] } }, true],
    [{ count: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '4' }, { N: '6' }] } }, true],
    [{ count: { ComparisonOperator: 'IN', AttributeValueList: [{ N: '4' }, { N: '6' }] } }, false],
    [{ text: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'hel' }] } }, true],
    [{ tags: { ComparisonOperator: 'CONTAINS', AttributeValueList: [{ S: 'x' }] } }, true],
    [{ tags: { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [{ S: 'x' }] } }, false],
    [{ other: { ComparisonOperator: 'NULL' } }, true],
    [{ text: { ComparisonOperator: 'NOT_NULL' } }, true],
    [{ text: { Value: { S: 'hello' } }, count: { Value: { N: '6' } } }, false],
  ])('the condition %j is met: %s', async (expected, isMet) => {
    expect(await putIf(expected)).toBe(isMet);
  });

  test('one of several conditions suffices if they are joined by OR', async () => {
    const expected = { text: { Value: { S: 'hello' } }, count: { Value: { N: '6' } } };
    expect(await putIf(expected, { ConditionalOperator: 'OR' })).toBe(true);
  });

  test('updates put, add and delete attributes', async () => {
    expect(
      await update({
        count: { Action: 'ADD', Value: { N: '2' } },
        text: { Action: 'DELETE' },
        tags: { Action: 'DELETE', Value: { SS: ['x'] } },
        owner: { Value: { S: 'me' } },
      }),
    ).toEqual({ ...Key, count: { N: '7' }, tags: { SS: ['y'] }, owner: { S: 'me' } });
  });

  test('a lease is taken by a condition, and given back', async () => {
    const Expected = { count: { Value: { N: '5' } } };
    await update({ count: { Value: { N: '6' } } }, { Expected });
    await expect(update({ count: { Value: { N: '6' } } }, { Expected })).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    await expect(
      dynamoDb.send(new DeleteItemCommand({ TableName: 'leases', Key, Expected })),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('are refused beside expressions, and if they make no sense', async () => {
    const Expected = { id: { Exists: false } };
    await expect(putIf(Expected, { ConditionExpression: 'attribute_exists(id)' })).rejects.toThrow(
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    );
    await expect(putIf({ id: { Exists: false, Value: { S: 'a' } } })).rejects.toThrow(
      'Expected of the attribute id',
    );
    await expect(update({ text: { Action: 'PUT' } })).rejects.toThrow(
      'Only DELETE action is allowed when no attribute value is specified',
    );
  });
});
