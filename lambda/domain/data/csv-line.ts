import type { Row } from './cell';

/** A row as CSV (RFC 4180), without the line's end. */
export function csvLine(cells: Row): string {
  return cells.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(cell))).join(',');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
