import { decimalOf, numberOf } from './cell';

const [COMMA, MINUS, POINT, ZERO] = [44, 45, 46, 48];

/** Where a cell of CSV in UTF-8 ends that is not quoted: at its comma, or at the end of its line. */
export function endOfCell(bytes: Uint8Array, start: number, endOfLine: number): number {
  let end = start;
  while (end < endOfLine && bytes[end] !== COMMA) end++;
  return end;
}

const LONGEST_SHORT = 9;

/** Reads cells of CSV in UTF-8 that are not quoted as numbers, to the same as `numberOf` their texts. */
export class NumberCells {
  /** The number that was read last; NaN if it was none. */
  value = Number.NaN;

  /** @returns where the cell ends, as {@link endOfCell} does */
  read(bytes: Uint8Array, start: number, endOfLine: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let point = -1;
    let whole = 0;
    // Sums of integers of 32 bits take a third of the time of others, and hold nine digits.
    const endOfShort = Math.min(endOfLine, first + LONGEST_SHORT);
    for (; at < endOfShort; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit >= 0 && digit <= 9) whole = (whole * 10 + digit) | 0;
      else if (digit === POINT - ZERO && point < 0) point = at;
      else break;
    }
    if (at === endOfShort) {
      for (; at < endOfLine; at++) {
        const digit = (bytes[at] as number) - ZERO;
        if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
        else if (digit === POINT - ZERO && point < 0) point = at;
        else break;
      }
    }
    const decimals = point < 0 ? 0 : at - 1 - point;
    const digits = at - first - (point < 0 ? 0 : 1);
    if (at === endOfLine || bytes[at] === COMMA) {
      this.value = decimalOf(whole, digits, decimals, isNegative);
      if (!Number.isNaN(this.value)) return at;
    }
    const end = endOfCell(bytes, at, endOfLine);
    this.value = numberOf(textIn(bytes, start, end));
    return end;
  }
}

/** The text of bytes in UTF-8. */
export function textIn(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
