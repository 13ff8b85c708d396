import type { IDatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { PartFunction } from '../../runtime/part-function';
import type { Validation } from '../../runtime/validation';
import type { AuroraDataApiSinkOptions } from '../batch-sink';
import type { BatchSinkWriter } from '../batch-sink-writer';

/** An identifier of PostgreSQL that needs no escapes within quotes. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/;

/** Columns that the sink writes beside the key: see `lambda/deliver-batch/data-api-sink.ts`. */
const OWN_COLUMNS = ['model_version', 'run', 'planned_at', 'row_id', 'place'];

/** Upserts a row for each key. */
export class DataApiWriter implements BatchSinkWriter {
  readonly settings: BatchSinkWriter['settings'];
  readonly keyColumn: string;
  /** Its table has the key and no other column of the input. */
  readonly ownNames = [];

  constructor(
    private readonly cluster: IDatabaseCluster,
    private readonly options: AuroraDataApiSinkOptions,
  ) {
    const { secret, database, table, keyColumn, sinkName = 'aurora' } = options;
    this.keyColumn = keyColumn;
    this.settings = {
      name: sinkName,
      kind: 'dataApi',
      clusterArn: cluster.clusterArn,
      secretArn: secret.secretArn,
      database,
      table,
      keyColumn,
    };
  }

  validate(validation: Validation): void {
    const { table, keyColumn } = this.options;
    const names = table.split('.');
    validation
      .check(
        table,
        names.length <= 2 && names.every((name) => IDENTIFIER.test(name)),
        'table of BatchSink.auroraDataApi must be the name of a table, with that of its schema before a point if it is not that of the user',
      )
      .check(
        keyColumn,
        IDENTIFIER.test(keyColumn),
        'keyColumn of BatchSink.auroraDataApi must be the name of a column: letters, digits and underscores',
      )
      .check(
        keyColumn,
        !OWN_COLUMNS.includes(keyColumn),
        `keyColumn of BatchSink.auroraDataApi must not be ${OWN_COLUMNS.join(', ')}, which the table has for itself`,
      );
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html */
  allow(handler: PartFunction<'deliver-batch'>): void {
    handler.allow(['rds-data:BatchExecuteStatement'], [this.cluster.clusterArn]);
    this.options.secret.grantRead(handler);
  }
}
