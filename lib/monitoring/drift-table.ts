import { Construct } from 'constructs';
import { type ReportTableProps, reportTable } from './report-table';

const COLUMNS = {
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

/** A table of drift for Athena and QuickSight: a row for each hour, comparison and feature. */
export class DriftTable extends Construct {
  constructor(scope: Construct, id: string, props: ReportTableProps) {
    super(scope, id);
    reportTable(this, props, {
      folder: 'drift-table',
      description: 'Drift of each feature by hour and comparison',
      columns: COLUMNS,
    });
  }
}
