import { Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { asFolder } from '../runtime/as-folder';

export interface ReportTableProps {
  /** Bucket of the pipeline, of the reports of an {@link EndpointMonitor}, or of `MonitorSink.table`. */
  readonly bucket: IBucket;

  /** Name of the database in the Glue Data Catalog, which exists. */
  readonly databaseName: string;

  /** Name of the table: lower case letters, digits and underscores. */
  readonly tableName: string;

  /**
   * Prefix of the reports of an {@link EndpointMonitor}, or of `MonitorSink.table`.
   * @default - none, as in a pipeline's bucket
   */
  readonly prefix?: string;
}

interface ReportTableDefinition {
  /** Folder of the rows. */
  readonly folder: 'drift-table' | 'quality-table';
  readonly description: string;
  /** Types in Athena by name; the function writes the rows by these names. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * A table of JSON lines in the Glue Data Catalog. Its partitions are days, in the column `day`, which need no
 * crawler: Athena projects them (https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html).
 */
export function reportTable(
  scope: Construct,
  { bucket, databaseName, tableName, prefix }: ReportTableProps,
  { folder, description, columns }: ReportTableDefinition,
): CfnTable {
  const location = `s3://${bucket.bucketName}/${asFolder(prefix ?? '')}profiles/${folder}/`;
  return new CfnTable(scope, 'Resource', {
    catalogId: Stack.of(scope).account,
    databaseName,
    tableInput: {
      name: tableName,
      description,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [{ name: 'day', type: 'string' }],
      storageDescriptor: {
        columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
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
