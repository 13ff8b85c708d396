import { NumberCells, textIn } from '../data/cell-bytes';
import type { Span } from '../records/json-strings';

const BACKSLASH = 92;

/** The lines of plain CSV within a JSON string, by their places; used again for one record after the other. */
export class PlainLines {
  /** How many there are, empty ones left out. */
  count = 0;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  private readonly cells = new NumberCells();

  /** @param span of data whose only escapes are line ends, of two bytes */
  find(bytes: Uint8Array, { start, end }: Span): void {
    this.count = 0;
    let from = start;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== BACKSLASH) continue;
      this.addLine(from, at);
      at++;
      from = at + 1;
    }
    this.addLine(from, end);
  }

  /** Reads all cells as numbers, line after line. @returns how many there are, -1 if one is no finite number */
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
