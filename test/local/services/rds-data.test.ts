import {
  BatchExecuteStatementCommand,
  ExecuteStatementCommand,
  RDSDataClient,
} from '@aws-sdk/client-rds-data';
import type { SqlDatabase } from '../../../local/services/rds-data/sql-database';
import { ServiceFixture } from './service-fixture';

const CLUSTER = 'arn:aws:rds:us-east-1:000000000000:cluster:main';
const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:user-AbCdEf';
const TARGET = { resourceArn: CLUSTER, secretArn: SECRET, database: 'churn' };

describe('the RDS Data API', () => {
  const statements: [string, readonly unknown[]][] = [];
  const opened: unknown[] = [];
  /** Notes what it gets, refuses the text `bad`, and answers one row. */
  const database: SqlDatabase = {
    async query(sql, parameters) {
      statements.push([sql, parameters]);
      if (parameters.includes('bad'))
        throw Object.assign(new Error('duplicate key value violates unique constraint "pk"'), {
          code: '23505',
        });
      if (!sql.startsWith('select')) return { columns: [], rows: [], changedRows: 1 };
      return {
        columns: [
          { name: 'n', typeOid: 23 },
          { name: 'p', typeOid: 701 },
          { name: 't', typeOid: 25 },
          { name: 'b', typeOid: 16 },
          { name: 'at', typeOid: 1114 },
          { name: 'j', typeOid: 3802 },
          { name: 'x', typeOid: 25 },
        ],
        rows: [[1, 0.5, 'text', true, new Date('2026-11-30T02:00:00Z'), { a: [1] }, null]],
        changedRows: 0,
      };
    },
  };
  const fixture = new ServiceFixture({
    runtimes: {
      databases: async (...target) => {
        opened.push(target);
        return database;
      },
    },
  });
  let data: RDSDataClient;

  beforeAll(async () => {
    await fixture.cloud.start();
    data = new RDSDataClient({ ...fixture.config(), maxAttempts: 1 });
  });
  beforeEach(() => statements.splice(0));
  afterAll(() => fixture.cloud.stop());

  test('runs a statement with named parameters, which strings, names, comments and casts are not', async () => {
    const sql = `insert into t values (:a, :b::jsonb, :a, ':a', "x:a", $q$:a$q$) -- :a\n/* :b */`;
    const { numberOfRecordsUpdated } = await data.send(
      new ExecuteStatementCommand({
        ...TARGET,
        sql,
        parameters: [
          { name: 'a', value: { longValue: 7 } },
          { name: 'b', value: { isNull: true } },
        ],
      }),
    );
    expect(numberOfRecordsUpdated).toBe(1);
    expect(statements).toEqual([
      [`insert into t values ($1, $2::jsonb, $1, ':a', "x:a", $q$:a$q$) -- :a\n/* :b */`, [7, null]],
    ]);
    expect(opened).toEqual([[CLUSTER, 'churn']]);
  });

  test('answers records by their types, or as JSON', async () => {
    const select = { ...TARGET, sql: 'select 1' };
    const { records, columnMetadata } = await data.send(
      new ExecuteStatementCommand({ ...select, includeResultMetadata: true }),
    );
    expect(records).toEqual([
      [
        { longValue: 1 },
        { doubleValue: 0.5 },
        { stringValue: 'text' },
        { booleanValue: true },
        { stringValue: '2026-11-30 02:00:00' },
        { stringValue: '{"a":[1]}' },
        { isNull: true },
      ],
    ]);
    expect(columnMetadata?.map(({ name, typeName }) => [name, typeName]).slice(0, 2)).toEqual([
      ['n', 'int4'],
      ['p', 'float8'],
    ]);
    const { formattedRecords } = await data.send(
      new ExecuteStatementCommand({ ...select, formatRecordsAs: 'JSON' }),
    );
    expect(JSON.parse(formattedRecords as string)).toEqual([
      { n: 1, p: 0.5, t: 'text', b: true, at: '2026-11-30 02:00:00', j: '{"a":[1]}', x: null },
    ]);
  });

  test('runs all sets of a batch in a transaction, or none', async () => {
    const batch = (...values: string[]) =>
      data.send(
        new BatchExecuteStatementCommand({
          ...TARGET,
          sql: 'insert into t values (:v)',
          parameterSets: values.map((stringValue) => [{ name: 'v', value: { stringValue } }]),
        }),
      );
    const { updateResults } = await batch('one', 'two');
    expect(updateResults).toHaveLength(2);
    await expect(batch('three', 'bad')).rejects.toMatchObject({
      name: 'DatabaseErrorException',
      message: 'ERROR: duplicate key value violates unique constraint "pk"; SQLState: 23505',
    });
    expect(statements.map(([sql]) => sql)).toEqual(
      [
        ['begin', 'commit'],
        ['begin', 'rollback'],
      ].flatMap(([first, last]) => [first, 'insert into t values ($1)', 'insert into t values ($1)', last]),
    );
  });

  test('transactions do not get into each other', async () => {
    const batch = (v: string) =>
      data.send(
        new BatchExecuteStatementCommand({
          ...TARGET,
          sql: 'insert into t values (:v)',
          parameterSets: [[{ name: 'v', value: { stringValue: v } }]],
        }),
      );
    await Promise.all(['a', 'b', 'c'].map(batch));
    expect(statements.map(([sql]) => sql.split(' ')[0]).join(' ')).toBe(
      Array.from({ length: 3 }, () => 'begin insert commit').join(' '),
    );
  });

  test.each([
    [{ ...TARGET, resourceArn: 'arn:aws:rds:us-east-1:000000000000:db:main' }, 'Invalid cluster ARN'],
    [{ ...TARGET, sql: 'select :missing' }, 'Cannot find parameter: missing'],
  ])('refuses %j', async (input, words) => {
    await expect(data.send(new ExecuteStatementCommand({ sql: 'select 1', ...input }))).rejects.toMatchObject(
      { name: 'BadRequestException', message: expect.stringContaining(words) },
    );
  });

  test('needs the rights of the cluster and of the secret', async () => {
    const cluster = { Effect: 'Allow', Action: 'rds-data:ExecuteStatement', Resource: CLUSTER };
    const secret = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET };
    const ask = async (role: string, ...statements: object[]) =>
      new RDSDataClient(await fixture.roleConfig(role, statements)).send(
        new ExecuteStatementCommand({ ...TARGET, sql: 'select 1' }),
      );
    await expect(ask('half', cluster)).rejects.toThrow('secretsmanager:GetSecretValue');
    await ask('whole', cluster, secret);
  });

  test('opens a database again that could not be opened', async () => {
    let attempts = 0;
    const late = new ServiceFixture({
      runtimes: {
        databases: async () => {
          attempts++;
          if (attempts === 1) throw new Error('connection refused');
          return database;
        },
      },
    });
    await late.cloud.start();
    const client = new RDSDataClient({ ...late.config(), maxAttempts: 1 });
    const send = () => client.send(new ExecuteStatementCommand({ ...TARGET, sql: 'select 1' }));
    await expect(send()).rejects.toThrow();
    await send();
    expect(attempts).toBe(2);
    await late.cloud.stop();
  });

  test('is refused by a local cloud without a database', async () => {
    const without = new ServiceFixture();
    await without.cloud.start();
    const send = new RDSDataClient({ ...without.config(), maxAttempts: 1 }).send(
      new ExecuteStatementCommand({ ...TARGET, sql: 'select 1' }),
    );
    await expect(send).rejects.toThrow('start it with one (`runtimes.databases`)');
    await without.cloud.stop();
  });
});
