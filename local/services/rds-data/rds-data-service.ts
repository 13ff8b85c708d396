import * as sdk from '@aws-sdk/client-rds-data';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Cloud, Operations, Permission, Service } from '../../gateway/service';
import { columnMetadata, formattedRecords, parameterValues, recordsOf } from './fields';
import { implementedInputs } from './inputs';
import { positionalStatement, valuesOf } from './named-parameters';
import type { OpenDatabase, SqlDatabase, SqlResult } from './sql-database';

interface Target {
  readonly resourceArn: string | undefined;
  readonly database?: string | undefined;
}

/**
 * The RDS Data API of Aurora PostgreSQL: statements run on a database that the program which starts the local
 * cloud provides.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html
 */
export class RdsDataService implements Service {
  readonly name = 'rds-data';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  private readonly databases = new Map<string, Promise<SqlDatabase>>();
  /** A database has one session: a transaction must not have statements of others in it. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cloud: Cloud,
    private readonly open: OpenDatabase | undefined,
  ) {}

  readonly operations: Operations<typeof sdk> = {
    ExecuteStatement: (input) =>
      this.inTurn(async () => {
        const statement = positionalStatement(input.sql as string);
        const values = valuesOf(statement, parameterValues(input.parameters ?? []));
        const database = await this.database(input);
        const result = await query(database, statement.sql, values);
        return {
          numberOfRecordsUpdated: result.changedRows,
          ...(input.formatRecordsAs === 'JSON'
            ? { formattedRecords: formattedRecords(result) }
            : result.columns.length > 0 && { records: recordsOf(result) }),
          ...(input.includeResultMetadata && { columnMetadata: columnMetadata(result) }),
        };
      }),

    /** All sets of parameters or none. */
    BatchExecuteStatement: (input) =>
      this.inTurn(async () => {
        const statement = positionalStatement(input.sql as string);
        const sets = (input.parameterSets ?? []).map((set) => valuesOf(statement, parameterValues(set)));
        const database = await this.database(input);
        await query(database, 'begin', []);
        try {
          for (const values of sets) await query(database, statement.sql, values);
          await query(database, 'commit', []);
        } catch (error) {
          await query(database, 'rollback', []);
          throw error;
        }
        return { updateResults: sets.map(() => ({ generatedFields: [] })) };
      }),
  };

  /**
   * Callers need the secret, too.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
   */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const { resourceArn, secretArn } = input as Record<string, string>;
    return [
      { action: `rds-data:${operation}`, resource: resourceArn ?? '*' },
      { action: 'secretsmanager:GetSecretValue', resource: secretArn ?? '*' },
    ];
  }

  private database({ resourceArn = '', database }: Target): Promise<SqlDatabase> {
    if (!/^arn:[\w-]+:rds:[\w-]+:\d{12}:cluster:[\w-]+$/.test(resourceArn))
      throw new AwsError('BadRequestException', `Invalid cluster ARN: ${resourceArn}`);
    if (!this.open)
      throw new NotImplementedError(
        'databases by itself: start it with one (`runtimes.databases`) for the Data API',
      );
    const key = `${resourceArn} ${database ?? ''}`;
    const known = this.databases.get(key);
    if (known) return known;
    const opened = this.open(resourceArn, database);
    this.databases.set(key, opened);
    // One that could not be opened is opened again by the next statement.
    opened.catch(() => this.databases.delete(key));
    return opened;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return this.cloud.clock.track(result);
  }
}

/** @throws AwsError DatabaseErrorException with PostgreSQL's message and SQLSTATE */
async function query(database: SqlDatabase, sql: string, values: readonly unknown[]): Promise<SqlResult> {
  try {
    return await database.query(sql, values);
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    throw new AwsError('DatabaseErrorException', `ERROR: ${message}; SQLState: ${code ?? 'XX000'}`);
  }
}
