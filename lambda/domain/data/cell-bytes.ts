import { decimalOf, numberOf } from './cell';

const [COMMA, MINUS, POINT, ZERO] = [44, 45, 46, 48];

/** Where a cell of CSV in UTF-8 ends that is not quoted: at its comma, or at the end of its line. */
export function endOfCell(bytes: Uint8Array, start: number, endOfLine: number): number {
  let end = start;
  while (end < endOfLine && bytes[end] !== COMMA) end++;
  return end;
}

/** Reads cells of CSV in UTF-8 that are not quoted as numbers, to the same as `numberOf` their texts. */
export class NumberCells {
  /** The number that was read last; NaN if it was none. */
  value = Number.NaN;

  /** @returns where the cell ends, as {@link endOfCell} does */
  read(bytes: Uint8Array, start: number, endOfLine: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let whole = 0;
    for (; at < endOfLine; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      whole = whole * 10 + digit;
    }
    let [digits, decimals] = [at - first, 0];
    if (at < endOfLine && bytes[at] === POINT) {
      const point = at++;
      for (; at < endOfLine; at++) {
        const digit = (bytes[at] as number) - ZERO;
        if (digit < 0 || digit > 9) break;
        whole = whole * 10 + digit;
      }
      decimals = at - 1 - point;
      digits += decimals;
    }
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
