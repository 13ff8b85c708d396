import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  type PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { BatchExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DataApiSink } from '../../../lambda/deliver-batch/data-api-sink';
import { DynamoDbSink } from '../../../lambda/deliver-batch/dynamodb-sink';
import type { RowSink } from '../../../lambda/deliver-batch/row-sink';
import { SqsSink } from '../../../lambda/deliver-batch/sqs-sink';
import { WebhookSink } from '../../../lambda/deliver-batch/webhook-sink';
import { ServiceFixture } from '../../local/services/service-fixture';

/** A row that arrived. */
export interface TakenRow {
  readonly rowId: string;
  readonly customer: string;
  readonly run: string;
  readonly prediction: unknown;
}

/** A sink with what is behind it. */
export interface SinkWorld {
  readonly sink: RowSink;
  readonly promise: 'once by key' | 'at least once';
  /** Whether what is behind it is down. */
  isDown: boolean;
  /** Called before and after each effect: it may throw. */
  interrupt: () => void;
  /** All rows that arrived since the last call; of a sink that keeps one for each key, what it keeps. */
  taken(): Promise<TakenRow[]>;
  /** Forgets all rows. */
  clear(): Promise<void>;
}

/** Customers whose rows every sink refuses. */
export const REFUSED_CUSTOMER = 'refused';

export class SinkWorlds {
  private readonly fixture = new ServiceFixture();
  private server: Server | undefined;
  private tables = 0;

  async start(): Promise<void> {
    await this.fixture.cloud.start();
  }

  async stop(): Promise<void> {
    this.server?.close();
    await this.fixture.cloud.stop();
  }

  async dynamoDb(): Promise<SinkWorld> {
    const client = new DynamoDBClient(this.fixture.config());
    const create = async () => {
      const TableName = `scores-${++this.tables}`;
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
        }),
      );
      return TableName;
    };
    let TableName = await create();
    const guarded = this.guard(async (command: PutItemCommand) => {
      const { Item = {} } = command.input;
      command.input.TableName = TableName;
      // More than an item holds.
      if (Item.customer?.S === REFUSED_CUSTOMER) Item.note = { S: 'x'.repeat(400 * 1024) };
      return client.send(command);
    });
    const settings = {
      kind: 'dynamoDb',
      tableName: 'scores',
      keyColumn: 'customer',
      keyAttribute: 'customer',
      keyType: 'S',
    } as const;
    return Object.assign(guarded.world, {
      sink: new DynamoDbSink(settings, { send: guarded.send } as never),
      promise: 'once by key' as const,
      taken: async () => {
        const { Items = [] } = await client.send(new ScanCommand({ TableName }));
        return Items.map(takenItem);
      },
      clear: async () => {
        TableName = await create();
      },
    });
  }

  async sqs(): Promise<SinkWorld> {
    const client = new SQSClient(this.fixture.config());
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'scores' }));
    const guarded = this.guard(
      async (command: { input: { Entries?: { Id?: string; MessageBody?: string }[] } }) => {
        // An empty body is what a queue refuses.
        for (const entry of command.input.Entries ?? [])
          if (entry.MessageBody?.includes(`"customer":"${REFUSED_CUSTOMER}"`)) entry.MessageBody = '';
        return client.send(command as never);
      },
    );
    const taken = async () => {
      const rows: TakenRow[] = [];
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 }),
        );
        if (Messages.length === 0) return rows;
        for (const { Body = '' } of Messages) {
          const { run, row } = JSON.parse(Body) as { readonly run: string; readonly row: TakenRow };
          rows.push({ ...row, run });
        }
      }
    };
    return Object.assign(guarded.world, {
      sink: new SqsSink({ kind: 'sqs', queueUrl: QueueUrl as string }, { send: guarded.send } as never),
      promise: 'at least once' as const,
      taken,
      clear: async () => {
        await taken();
      },
    });
  }

  /** A receiver on loopback, which checks signatures as Standard Webhooks says. */
  async webhook(): Promise<SinkWorld> {
    const key = Buffer.from('a key of twenty-four bytes');
    let rows: TakenRow[] = [];
    this.server = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
      const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
      if (signature !== `v1,${expected}`) return response.writeHead(401).end('the signature is wrong');
      const given = JSON.parse(body) as { run: string; rows: TakenRow[] };
      const all = given.rows.map((row) => ({ ...row, run: given.run }));
      if (all.some(({ customer }) => customer === REFUSED_CUSTOMER))
        return response.writeHead(422).end('a customer is unknown');
      rows.push(...all);
      return response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/scores`;
    const guarded = this.guard((...request: Parameters<typeof fetch>) => fetch(...request));
    const sink = new WebhookSink(
      { kind: 'webhook', secretName: 'hook', rowsPerRequest: 7 },
      {
        readSecret: async () => JSON.stringify({ url, signingSecret: `whsec_${key.toString('base64')}` }),
        fetch: guarded.send as typeof fetch,
        now: () => new Date('2026-11-30T03:00:00Z'),
      },
    );
    return Object.assign(guarded.world, {
      sink,
      promise: 'at least once' as const,
      taken: async () => rows.splice(0),
      clear: async () => {
        rows = [];
      },
    });
  }

  /** A table that does what the statement says; PostgreSQL itself runs it in churn-batch.in-depth.test.ts. */
  async dataApi(): Promise<SinkWorld> {
    const table = new Map<string, TakenRow & { plannedAt: string; place: string }>();
    const guarded = this.guard(async (command: BatchExecuteStatementCommand) => {
      const sets = (command.input.parameterSets ?? []).map((set) =>
        Object.fromEntries(
          set.map(({ name, value }) => [name, value?.stringValue ?? value?.doubleValue ?? null] as const),
        ),
      ) as Record<string, string>[];
      if (sets.some(({ key }) => key === REFUSED_CUSTOMER))
        throw Object.assign(new Error('ERROR: value too long for type; SQLState: 22001'), {
          name: 'DatabaseErrorException',
        });
      for (const set of sets) {
        const { key = '', row_id = '', run = '', planned_at = '', place = '', prediction } = set;
        const there = table.get(key);
        if (there && [there.plannedAt, there.place].join() > [planned_at, place].join()) continue;
        table.set(key, { customer: key, rowId: row_id, run, prediction, plannedAt: planned_at, place });
      }
    });
    const settings = {
      kind: 'dataApi',
      clusterArn: 'arn:aws:rds:us-east-1:000000000000:cluster:scores',
      secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:scores',
      database: 'churn',
      table: 'scores',
      keyColumn: 'customer',
    } as const;
    return Object.assign(guarded.world, {
      sink: new DataApiSink(settings, { send: guarded.send } as never),
      promise: 'once by key' as const,
      taken: async () => [...table.values()],
      clear: async () => table.clear(),
    });
  }

  /** Makes calls fail while their service is down, and interrupts them. */
  private guard<Arguments extends unknown[], Answer>(call: (...args: Arguments) => Promise<Answer>) {
    const world = { isDown: false, interrupt: () => {} };
    const send = async (...args: Arguments): Promise<Answer> => {
      world.interrupt();
      if (world.isDown) throw Object.assign(new Error('nobody is there'), { name: 'TimeoutError' });
      const answer = await call(...args);
      world.interrupt();
      return answer;
    };
    return { world, send };
  }
}

function takenItem(item: Record<string, AttributeValue>): TakenRow {
  const { rowId, customer, run, prediction } = item;
  return {
    rowId: rowId?.S ?? '',
    customer: customer?.S ?? '',
    run: run?.S ?? '',
    prediction: Number(prediction?.N),
  };
}
