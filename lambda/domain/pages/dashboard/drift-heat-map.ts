import type { DriftDocument } from '../../traffic/drift-document';
import { type Markup, markup } from '../markup';
import { HEAD, TABLE } from './widget-style';

/** Features that are drawn: those that are farthest from a reference at any hour. */
const MOST_FEATURES = 25;
/** The distance, from 0 to 1, from which a cell has its full colour. */
const FULL_DISTANCE = 0.3;

/** What is known of one feature at the end of an hour. */
interface Cell {
  /** Largest distance from any reference. */
  readonly distance: number;
  readonly hasDrifted: boolean;
}

/** How far each feature was from its references, hour by hour. */
export interface HourOfDrift {
  /** The end of the hour. */
  readonly until: Date;
  /** Absent if there was no comparison. */
  readonly document?: DriftDocument | undefined;
}

/** A heat map, a line a feature and a column an hour, the oldest first. */
export function driftHeatMap(hours: readonly HourOfDrift[]): Markup {
  const columns = hours.map(({ document }) => cellsOf(document));
  const farthest = new Map<string, number>();
  for (const column of columns) {
    for (const [feature, { distance }] of column)
      farthest.set(feature, Math.max(distance, farthest.get(feature) ?? 0));
  }
  if (farthest.size === 0)
    return markup`<p>No comparison with a verdict in the last ${hours.length} hours.</p>`;
  const features = [...farthest].sort(([, a], [, b]) => b - a).map(([feature]) => feature);
  const drawn = features.slice(0, MOST_FEATURES);
  const lines = drawn.map(
    (feature) =>
      markup`<tr><th style="${HEAD}">${feature}</th>${columns.map((column, index) => cell(feature, hours[index] as HourOfDrift, column.get(feature)))}</tr>`,
  );
  const left = features.length - drawn.length;
  return markup`<table style="${TABLE}"><tr><th style="${HEAD}">hour (UTC)</th>${hours.map(hourHead)}</tr>${lines}</table>
<p style="opacity:.7">Colour: largest distance from a reference, full from ${FULL_DISTANCE}; framed: drift${left > 0 && `; ${left} more features are nearer`}.</p>`;
}

function cellsOf(document: DriftDocument | undefined): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { pending, report } of document?.comparisons ?? []) {
    if (pending !== undefined) continue;
    for (const { feature, distance, status } of report.features) {
      if (distance === undefined) continue;
      const before = cells.get(feature);
      cells.set(feature, {
        distance: Math.max(distance, before?.distance ?? 0),
        hasDrifted: status === 'drift' || (before?.hasDrifted ?? false),
      });
    }
  }
  return cells;
}

function cell(feature: string, { until }: HourOfDrift, found: Cell | undefined): Markup {
  const when = until.toISOString().slice(0, 16).replace('T', ' ');
  if (!found) {
    return markup`<td title="${feature}, ${when}: no comparison" style="width:20px;height:18px;border:1px solid rgba(128,128,128,.15)"></td>`;
  }
  const { distance, hasDrifted } = found;
  const strength = Math.min(1, distance / FULL_DISTANCE).toFixed(2);
  const border = hasDrifted ? '2px solid #b3221b' : '1px solid rgba(128,128,128,.15)';
  const text = `${feature}, ${when}: ${distance.toFixed(3)}${hasDrifted ? ', drift' : ''}`;
  return markup`<td title="${text}" style="width:20px;height:18px;border:${border};background:rgba(212,80,12,${strength})"></td>`;
}

/** Every third hour is named. */
function hourHead({ until }: HourOfDrift, index: number): Markup {
  const text = index % 3 === 0 ? until.toISOString().slice(11, 13) : '';
  return markup`<th style="font-weight:400;font-size:11px;opacity:.7;padding:0">${text}</th>`;
}
