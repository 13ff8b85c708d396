import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { upsertStatement } from '../../../lambda/deliver-batch/data-api-sink';
import { DynamoDbSink } from '../../../lambda/deliver-batch/dynamodb-sink';
import type { SinkRow } from '../../../lambda/deliver-batch/row-sink';
import { SqsSink } from '../../../lambda/deliver-batch/sqs-sink';
import { WebhookSink } from '../../../lambda/deliver-batch/webhook-sink';
import { ServiceFixture } from '../../local/services/service-fixture';

const RUN = { batch: 'nightly', run: 'night', plannedAt: '2026-11-30T02:00:00.000Z' };

function rowsOf(customers: readonly string[]): SinkRow[] {
  return customers.map((customer, index) => ({
    rowId: `in/0.csv:${index + 2}`,
    place: `00000-00000000${index}`,
    fields: { rowId: `in/0.csv:${index + 2}`, customer, prediction: 0.5, modelVersion: '1.0.0' },
  }));
}

describe('a table that holds more than scores', () => {
  const fixture = new ServiceFixture();
  beforeAll(() => fixture.cloud.start());
  afterAll(() => fixture.cloud.stop());

  test('keeps an item that no batch has written, and the row is refused', async () => {
    const client = new DynamoDBClient(fixture.config());
    await client.send(
      new CreateTableCommand({
        TableName: 'customers',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
      }),
    );
    const item = { customer: { S: 'ada' }, address: { S: 'London' } };
    await client.send(new PutItemCommand({ TableName: 'customers', Item: item }));
    const sink = new DynamoDbSink(
      {
        kind: 'dynamoDb',
        tableName: 'customers',
        keyColumn: 'customer',
        keyAttribute: 'customer',
        keyType: 'S',
      },
      client,
    );
    const [ada, bob] = rowsOf(['ada', 'bob']) as [SinkRow, SinkRow];
    expect(await sink.deliver([ada, bob], RUN)).toEqual([
      { row: ada, reason: 'the table has an item of this key that no batch has written' },
    ]);
    expect(await sink.deliver([bob], { ...RUN, plannedAt: '2026-11-29T02:00:00.000Z' })).toEqual([]);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'customers' }));
    expect(Items).toHaveLength(2);
    expect(Items).toContainEqual(item);
    expect(Items).toContainEqual(expect.objectContaining({ run: { S: 'night' } }));
  });
});

test('a table of Aurora gives scores to rows that no run has scored, and those of later runs stay', () => {
  // PostgreSQL runs it in churn-batch.in-depth.test.ts.
  expect(upsertStatement('churn.scores', 'customer')).toMatch(
    /^insert into "churn"\."scores" as scored .* where scored\.planned_at is null or \(scored\.planned_at, scored\.place\) <= \(excluded\.planned_at, excluded\.place\)$/,
  );
});

describe('a queue that takes no more than some bytes in a call', () => {
  const sent: string[] = [];
  const send = async ({ input }: { readonly input: { readonly Entries: readonly Entry[] } }) => {
    const bodies = input.Entries.map(({ MessageBody }) => MessageBody);
    if (bodies.join('').length > 1_000)
      throw Object.assign(new Error('Batch requests cannot be longer'), { name: 'BatchRequestTooLong' });
    sent.push(...bodies);
    return {};
  };
  const sink = new SqsSink({ kind: 'sqs', queueUrl: 'https://queue' }, { send } as never);

  test('gets long rows in several calls, and refuses a row that is too long alone', async () => {
    const rows = rowsOf(['a'.repeat(400), 'b'.repeat(2_000), 'c'.repeat(400), 'd'.repeat(400)]);
    expect(await sink.deliver(rows, RUN)).toEqual([
      { row: rows[1], reason: 'Batch requests cannot be longer' },
    ]);
    const customers = sent.map((body) => (JSON.parse(body) as { row: { customer: string } }).row.customer[0]);
    expect(customers).toEqual(['a', 'c', 'd']);
  });
});

describe('a webhook', () => {
  let now = new Date('2026-11-30T03:00:00Z');
  let reads = 0;
  const sinkWith = (answer: () => Response) =>
    new WebhookSink(
      { kind: 'webhook', secretName: 'hook', rowsPerRequest: 1 },
      {
        readSecret: async () => {
          reads++;
          return JSON.stringify({ url: 'https://receiver.example/scores', signingSecret: 'whsec_c2VjcmV0' });
        },
        fetch: async () => answer(),
        now: () => now,
      },
    );

  test('reads its secret every ten seconds, however many requests it sends', async () => {
    const sink = sinkWith(() => new Response(null, { status: 204 }));
    for (const row of rowsOf(['a', 'b', 'c'])) await sink.deliver([row], RUN);
    expect(reads).toBe(1);
    now = new Date('2026-11-30T03:00:10Z');
    await sink.deliver(rowsOf(['d']), RUN);
    expect(reads).toBe(2);
  });

  test('whose answer breaks off is down, and the rows come again', async () => {
    const broken = () => new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    const sink = sinkWith(() => new Response(broken()));
    await expect(sink.deliver(rowsOf(['a']), RUN)).rejects.toMatchObject({
      name: 'SinkUnavailable',
      message: 'the webhook receiver.example did not answer: reset',
    });
  });
});

test('a webhook that has moved is down, since a redirected request would lose its rows', async () => {
  const requests: string[] = [];
  const server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    response.writeHead(url === '/scores' ? 302 : 200, { location: '/moved' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scores`;
  const sink = new WebhookSink(
    { kind: 'webhook', secretName: 'hook', rowsPerRequest: 1 },
    {
      readSecret: async () => JSON.stringify({ url, signingSecret: 'whsec_c2VjcmV0' }),
      fetch,
      now: () => new Date('2026-11-30T03:00:00Z'),
    },
  );
  await expect(sink.deliver(rowsOf(['a']), RUN)).rejects.toThrow('answered 302');
  expect(requests).toEqual(['POST /scores']);
  server.close();
});

interface Entry {
  readonly MessageBody: string;
}
