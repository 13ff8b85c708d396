import type { ReportNotice } from '../../contracts/functions/monitoring';
import type { ArtifactStore } from '../aws/store';
import { driftRows } from '../domain/pages/drift/drift-rows';
import { qualityRows } from '../domain/pages/quality/quality-rows';
import { qualityDocument } from '../domain/quality/quality-document';
import { driftDocument } from '../domain/traffic/drift-document';
import type { MonitorReport } from './monitor-report';
import { type MonitorSink, ReportRefusedError } from './monitor-sink';

export interface DeliverReportProps {
  readonly pipelineName: string;
  readonly store: Pick<ArtifactStore, 'readJson'>;
  readonly sink: MonitorSink;
  /** Keeps a report that the sink refuses, with the reason. */
  readonly keepRefused: (notice: ReportNotice, reason: string) => Promise<void>;
}

/**
 * Delivers a report to a sink. One that the sink refuses is kept at once, since it would refuse it again.
 *
 * @throws Error if it cannot be delivered now
 */
export async function deliverReport(notice: ReportNotice, props: DeliverReportProps): Promise<void> {
  const report = await readReport(notice, props);
  try {
    await props.sink.deliver(report);
  } catch (error) {
    if (!(error instanceof ReportRefusedError)) throw error;
    await props.keepRefused(notice, error.message);
  }
}

async function readReport(
  { report: kind, key }: ReportNotice,
  { pipelineName: pipeline, store }: DeliverReportProps,
): Promise<MonitorReport> {
  if (kind === 'drift') {
    const document = await store.readJson(key, driftDocument);
    const { modelVersion, variant, until } = document;
    return { kind, id: key, pipeline, modelVersion, variant, until, rows: driftRows(pipeline, document) };
  }
  const document = await store.readJson(key, qualityDocument);
  const { modelVersion = '', variant = '', until } = document;
  return { kind, id: key, pipeline, modelVersion, variant, until, rows: qualityRows(pipeline, document) };
}
