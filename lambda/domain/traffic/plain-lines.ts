import { NumberCells, textIn } from '../data/cell-bytes';
import type { Span } from '../records/json-strings';

const [QUOTE, BACKSLASH, LETTER_N, SPACE, BYTE_ORDER_MARK] = [34, 92, 110, 32, 0xef];

/**
 * The lines of plain CSV within a JSON string, by their places; used again for one record after the other.
 */
export class PlainLines implements Span {
  start = 0;
  end = 0;
  /** How many there are, empty ones left out. */
  count = 0;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  private readonly cells = new NumberCells();

  /**
   * Finds the lines of a string whose only escapes are line ends, of two bytes, and which has no byte order
   * mark.
   *
   * @returns place of the quote after the string, -1 if it is another one
   */
  find(bytes: Uint8Array, start: number, end: number): number {
    this.count = 0;
    this.start = start;
    if (bytes[start] === BYTE_ORDER_MARK) return -1;
    let from = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.addLine(from, at);
        this.end = at;
        return at;
      }
      if (byte < SPACE) return -1;
      if (byte !== BACKSLASH) continue;
      this.addLine(from, at);
      if (bytes[++at] !== LETTER_N) return -1;
      from = at + 1;
    }
    return -1;
  }

  /**
   * Reads all cells as numbers, line after line. @returns how many there are, -1 if one is no finite number
   */
  readNumbers(bytes: Uint8Array, numbers: number[]): number {
    let read = 0;
    for (let line = 0; line < this.count; line++) {
      const end = this.ends[line] as number;
      for (let from = this.starts[line] as number; from <= end; ) {
        from = this.cells.read(bytes, from, end) + 1;
        if (!Number.isFinite(this.cells.value)) return -1;
        numbers[read++] = this.cells.value;
      }
    }
    return read;
  }

  /** The cells of each line, as texts. */
  texts(bytes: Uint8Array): string[][] {
    return Array.from({ length: this.count }, (_, line) =>
      textIn(bytes, this.starts[line] as number, this.ends[line] as number).split(','),
    );
  }

  private addLine(start: number, end: number): void {
    if (start === end) return;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }
}
