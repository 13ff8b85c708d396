import type { LedgerEntry } from '../../records/ledger';
import type { RoutingDocument } from '../../release/routing';
import { type Markup, markup } from '../markup';
import { CELL, HEAD, TABLE } from './widget-style';

/**
 * Which versions answer requests, with which share of the traffic, and the latest decisions, the newest
 * first.
 */
export function versionsWidget(
  { production, candidate, shadow }: RoutingDocument,
  decisions: readonly LedgerEntry[],
): Markup {
  if (!production && !candidate)
    return markup`<p>Nothing has been released yet.</p>${decisionTable(decisions)}`;
  const share = candidate?.trafficShare ?? 0;
  const rows = [
    ...(production ? [row(production, 'in production', percent(1 - share), production.since)] : []),
    ...(candidate
      ? [row(candidate, shadow ? 'shadow' : 'candidate', shadow ? 'copies only' : percent(share))]
      : []),
  ];
  return markup`<table style="${TABLE}"><tr>${['version', 'role', 'variant', 'traffic', 'since (UTC)'].map(head)}</tr>${rows}</table>${decisionTable(decisions)}`;
}

function row(
  { modelVersion, variant }: { readonly modelVersion: string; readonly variant: string },
  role: string,
  share: string,
  since?: string,
): Markup {
  return markup`<tr><td style="${CELL}"><strong>${modelVersion}</strong></td>${[role, variant, share, since && minute(since)].map(cell)}</tr>`;
}

function decisionTable(decisions: readonly LedgerEntry[]): Markup | undefined {
  if (decisions.length === 0) return undefined;
  const rows = decisions.map(
    ({ time, kind, modelVersion, reasons }) =>
      markup`<tr>${[minute(time), kind, modelVersion, reasons[0]].map(cell)}</tr>`,
  );
  return markup`<table style="${TABLE};margin-top:10px"><tr>${['time (UTC)', 'decision', 'version', 'why'].map(head)}</tr>${rows}</table>`;
}

function head(text: string): Markup {
  return markup`<th style="${HEAD}">${text}</th>`;
}

function cell(text: string | undefined): Markup {
  return markup`<td style="${CELL}">${text ?? '–'}</td>`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', '\u00a0');
}
