import { checkDocument } from '../../lambda/domain/records/document';
import { type DriftDocument, driftDocument } from '../../lambda/domain/traffic/drift-document';
import { tryLatestReport } from './latest-report';
import { reportsOfVersion } from './monitor-reports';
import { colored, minute } from './output';
import type { Pipeline } from './pipeline';

/** What the monitor says of the drift of the version in production. */
export interface DriftStatusReport {
  /** ISO 8601: the end of the hour that it speaks of. */
  readonly until: string;
  readonly status: DriftDocument['status'];
  readonly drifted: readonly string[];
  /** Without a verdict: since when, and why, of each comparison. */
  readonly noVerdictSince?: string;
  readonly pending?: readonly string[];
  /** Requests of the hour that were answered although nothing was recorded. */
  readonly unrecordedRequests?: number;
}

/** Undefined if the version has no report yet. */
export async function driftStatusOf(
  pipeline: Pick<Pipeline, 'objects'>,
  production: { readonly variant: string; readonly modelVersion: string },
): Promise<DriftStatusReport | undefined> {
  const found = await tryLatestReport<unknown>(reportsOfVersion(pipeline, production), 'drift.json');
  if (!found) return undefined;
  const document = checkDocument(driftDocument, found.document, found.key);
  if (document.modelVersion !== production.modelVersion) return undefined;
  const { until, status, drifted, noVerdictSince, unrecordedRequests, comparisons } = document;
  return {
    until,
    status,
    drifted,
    ...(noVerdictSince !== undefined && {
      noVerdictSince,
      pending: [...new Set(comparisons.flatMap(({ pending }) => pending ?? []))],
    }),
    ...(unrecordedRequests !== undefined && { unrecordedRequests }),
  };
}

/** A line or two for the terminal. */
export function driftStatusText(report: DriftStatusReport): string {
  const { until, status, drifted, noVerdictSince, pending = [], unrecordedRequests } = report;
  const why = pending.length > 0 ? `: ${pending.join('; ')}` : '';
  const verdict =
    noVerdictSince === undefined
      ? `${colored(status)}${drifted.length > 0 ? `: ${drifted.join(', ')}` : ''}`
      : `no verdict since ${minute(noVerdictSince)} UTC${why}`;
  return [
    `drift until ${minute(until)} UTC: ${verdict}`,
    ...(unrecordedRequests === undefined
      ? []
      : [`${unrecordedRequests} requests of the last hour were answered, and none was recorded`]),
  ].join('\n');
}
