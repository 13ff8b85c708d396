import {
  BatchExecuteStatementCommand,
  type RDSDataClient,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { DataApiSinkSettings } from '../../contracts/functions/batch';
import { SinkUnavailableError } from '../aws/sinks/sink-unavailable-error';
import { deliverHalves, type RefusedRow, type RowSink, type SinkRow, type SinkRun } from './row-sink';

/**
 * Rows of a call.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html a call takes 4 MiB
 */
const ROWS_PER_CALL = 250;

/**
 * SQLSTATE classes of PostgreSQL by which a row is to blame: data exception, and violation of a constraint.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const OF_ROWS = /SQLState: (22|23)\w{3}/;

/**
 * Inserts or updates a row for each key in a table of Aurora PostgreSQL, by the Data API, only if the row
 * there is not of a later run, or of a later row of this one. However often rows come, and in whatever order,
 * a row is that of the last row of the last run: once by key. A row without a time of a run, as of a table
 * that the batch did not fill, has not been scored yet.
 */
export class DataApiSink implements RowSink {
  readonly rowsPerCall = ROWS_PER_CALL;

  constructor(
    private readonly settings: DataApiSinkSettings,
    private readonly client: Pick<RDSDataClient, 'send'>,
  ) {}

  async deliver(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[]> {
    const { keyColumn } = this.settings;
    const hasKey = ({ fields }: SinkRow) => !['', null, undefined].includes(fields[keyColumn] as string);
    const without = rows.filter((row) => !hasKey(row));
    const reason = `the row has no ${keyColumn}, the key of the table`;
    return [
      ...without.map((row) => ({ row, reason })),
      ...(await deliverHalves(rows.filter(hasKey), (some) => this.upsert(some, run))),
    ];
  }

  /** Writes all rows or none, since a call is a transaction. @returns why they are refused */
  private async upsert(rows: readonly SinkRow[], run: SinkRun): Promise<string | readonly RefusedRow[]> {
    if (rows.length === 0) return [];
    const { clusterArn, secretArn, database, table, keyColumn } = this.settings;
    try {
      await this.client.send(
        new BatchExecuteStatementCommand({
          resourceArn: clusterArn,
          secretArn,
          database,
          sql: upsertStatement(table, keyColumn),
          parameterSets: rows.map((row) => parametersOf(row, run, keyColumn)),
        }),
      );
      return [];
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'BadRequestException' || name === 'DatabaseErrorException')
        if (OF_ROWS.test(message)) return message;
      throw new SinkUnavailableError(`the database ${database} takes no rows: ${name}: ${message}`, {
        cause: error,
      });
    }
  }
}

/** Columns beside that of the key; the guide has the table. */
const COLUMNS = ['prediction', 'probabilities', 'model_version', 'run', 'planned_at', 'row_id', 'place'];
const TYPES: Readonly<Record<string, string>> = { probabilities: 'jsonb', planned_at: 'timestamptz' };

/** @see https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT */
export function upsertStatement(table: string, keyColumn: string): string {
  const quoted = table
    .split('.')
    .map((name) => `"${name}"`)
    .join('.');
  const columns = [`"${keyColumn}"`, ...COLUMNS].join(', ');
  const values = [':key', ...COLUMNS.map(parameterOf)].join(', ');
  const changes = COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ');
  return (
    `insert into ${quoted} as scored (${columns}) values (${values}) ` +
    `on conflict ("${keyColumn}") do update set ${changes} ` +
    'where scored.planned_at is null or (scored.planned_at, scored.place) <= (excluded.planned_at, excluded.place)'
  );
}

/** The Data API sends text as text: what is not has to be converted. */
function parameterOf(name: string): string {
  const type = TYPES[name];
  return type === undefined ? `:${name}` : `cast(:${name} as ${type})`;
}

function parametersOf(row: SinkRow, { run, plannedAt }: SinkRun, keyColumn: string): SqlParameter[] {
  const { prediction, probabilities, modelVersion } = row.fields;
  const values: Readonly<Record<string, unknown>> = {
    key: row.fields[keyColumn],
    prediction,
    probabilities: probabilities === undefined ? undefined : JSON.stringify(probabilities),
    model_version: modelVersion,
    run,
    planned_at: plannedAt,
    row_id: row.rowId,
    place: row.place,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: fieldOf(value) }));
}

function fieldOf(value: unknown): SqlParameter['value'] {
  if (value === undefined || value === null) return { isNull: true };
  if (typeof value === 'number') return { doubleValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  return { stringValue: typeof value === 'string' ? value : JSON.stringify(value) };
}
