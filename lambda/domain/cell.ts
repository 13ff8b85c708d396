/** One value of a row: text as it stands in CSV, or a number from JSON. */
export type Cell = string | number;

/** A row, one cell for each column. */
export type Row = readonly Cell[];

/** The cell as a number; NaN if it is empty or not a number. */
export function numberOf(cell: Cell | undefined): number {
  if (typeof cell !== 'string') return cell ?? Number.NaN;
  const value = Number(cell);
  if (Number.isNaN(value)) return value;
  // Most cells are plain decimals, which cost less to tell by two signs than by the expression.
  const isPlain =
    cell.charCodeAt(0) > SPACE && !(cell.charCodeAt(1) > NINE) && isDigit(cell.charCodeAt(cell.length - 1));
  return isPlain || DECIMAL.test(cell) ? value : Number.NaN;
}

/** Whether the cell holds no value: empty, blank or NaN. */
export function isMissing(cell: Cell | undefined): boolean {
  if (typeof cell !== 'string') return cell === undefined || Number.isNaN(cell);
  return MISSING.test(cell);
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

const [SPACE, ZERO, NINE] = [32, 48, 57];
// `Number` alone would take '', ' ', '0x1F' and '1_0' or refuse them by rules that are not those of CSV.
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const MISSING = /^\s*(nan|null|na|n\/a)?\s*$/i;
