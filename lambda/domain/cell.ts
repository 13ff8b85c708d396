/** One value of a row: text as it stands in CSV, or a number from JSON. */
export type Cell = string | number;

/** A row, one cell for each column. */
export type Row = readonly Cell[];

/** The cell as a number; NaN if it is empty or not a number. */
export function numberOf(cell: Cell | undefined): number {
  if (typeof cell !== 'string') return cell ?? Number.NaN;
  return DECIMAL.test(cell) ? Number(cell) : Number.NaN;
}

/** Whether the cell holds no value: empty, blank or NaN. */
export function isMissing(cell: Cell | undefined): boolean {
  if (typeof cell !== 'string') return cell === undefined || Number.isNaN(cell);
  return MISSING.test(cell);
}

// `Number` alone would take '', ' ', '0x1F' and '1_0' or refuse them by rules that are not those of CSV.
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const MISSING = /^\s*(nan|null|na|n\/a)?\s*$/i;
