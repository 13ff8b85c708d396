import { Construct } from 'constructs';
import { type ReportTableProps, reportTable } from './report-table';

const COLUMNS = {
  until: 'timestamp',
  window_from: 'timestamp',
  pipeline: 'string',
  model_version: 'string',
  variant: 'string',
  role: 'string',
  slice: 'string',
  metric: 'string',
  value: 'double',
  lower: 'double',
  upper: 'double',
  label_count: 'bigint',
  holdout_value: 'double',
  has_fallen: 'boolean',
  since: 'timestamp',
};

/** A table of quality for Athena and QuickSight: a row for each hour, version, metric and slice. */
export class QualityTable extends Construct {
  constructor(scope: Construct, id: string, props: ReportTableProps) {
    super(scope, id);
    reportTable(this, props, {
      folder: 'quality-table',
      description: 'Quality by hour, metric and slice',
      columns: COLUMNS,
    });
  }
}
