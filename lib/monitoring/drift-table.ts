import { Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { asFolder } from '../runtime/as-folder';

export interface DriftTableProps {
  /** Bucket of the pipeline, or of the reports of an {@link EndpointMonitor}. */
  readonly bucket: IBucket;

  /** Name of the database in the Glue Data Catalog, which exists. */
  readonly databaseName: string;

  /** Name of the table: lower case letters, digits and underscores. */
  readonly tableName: string;

  /**
   * Prefix of the reports of an {@link EndpointMonitor}.
   * @default - none, as in a pipeline's bucket
   */
  readonly prefix?: string;
}

/** Columns and their types in Athena; the function writes them by these names. */
const COLUMNS: Readonly<Record<string, string>> = {
  until: 'timestamp',
  pipeline: 'string',
  model_version: 'string',
  variant: 'string',
  window_hours: 'int',
  reference: 'string',
  feature: 'string',
  status: 'string',
  row_count: 'bigint',
  distance: 'double',
  p_value: 'double',
  adjusted_p_value: 'double',
  population_stability_index: 'double',
  jensen_shannon: 'double',
  hellinger: 'double',
  wasserstein: 'double',
  since: 'timestamp',
  change: 'string',
};

/**
 * A table of drift in the Glue Data Catalog, for Athena and QuickSight: a row for each hour, comparison and
 * feature. Its partitions are days, in the column `day`, which need no crawler: Athena projects them
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html).
 */
export class DriftTable extends Construct {
  constructor(scope: Construct, id: string, props: DriftTableProps) {
    super(scope, id);
    const folder = props.prefix === undefined ? '' : asFolder(props.prefix);
    const location = `s3://${props.bucket.bucketName}/${folder}profiles/drift-table/`;
    new CfnTable(this, 'Resource', {
      catalogId: Stack.of(this).account,
      databaseName: props.databaseName,
      tableInput: {
        name: props.tableName,
        description: 'Drift of each feature by hour and comparison',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [{ name: 'day', type: 'string' }],
        storageDescriptor: {
          columns: Object.entries(COLUMNS).map(([name, type]) => ({ name, type })),
          location,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          // https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
          serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
        },
        parameters: {
          classification: 'json',
          'projection.enabled': 'true',
          'projection.day.type': 'date',
          'projection.day.format': 'yyyy-MM-dd',
          'projection.day.range': '2026-01-01,NOW',
          'storage.location.template': `${location}day=\${day}/`,
        },
      },
    });
  }
}
