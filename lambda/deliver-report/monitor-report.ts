import type { DriftRow } from '../domain/pages/drift/drift-rows';
import type { QualityRow } from '../domain/pages/quality/quality-rows';

/**
 * A report of a monitor, as a sink gets it: a row for each comparison and feature, or for each metric and
 * slice.
 */
export type MonitorReport = ReportOf<'drift', DriftRow> | ReportOf<'quality', QualityRow>;

interface ReportOf<Kind extends string, Row> {
  readonly kind: Kind;
  /** By which it is known wherever it goes: its key. */
  readonly id: string;
  readonly pipeline: string;
  readonly modelVersion: string;
  readonly variant: string;
  /** ISO 8601 in UTC: the end of its windows. */
  readonly until: string;
  readonly rows: readonly Row[];
}

/** Rows of a request: a report of 10,000 features would be larger than receivers take. */
const ROWS_OF_A_REQUEST = 200;

/** The parts of a report, in their order; one without rows has none. */
export function partsOf(report: MonitorReport): MonitorReport[] {
  const { rows } = report;
  return Array.from({ length: Math.ceil(rows.length / ROWS_OF_A_REQUEST) }, (_, part) => {
    const from = part * ROWS_OF_A_REQUEST;
    return { ...report, rows: rows.slice(from, from + ROWS_OF_A_REQUEST) } as MonitorReport;
  });
}
