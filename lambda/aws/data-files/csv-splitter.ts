import { parse } from 'csv-parse/sync';
import type { RowBatch } from './data-file';

/** Text that is not CSV. */
export class CsvError extends Error {}

/**
 * Splits CSV (RFC 4180) that arrives in pieces into rows. Rows may differ in length, and empty lines are
 * skipped. Pieces without quotes are split as they are, about five times as fast as the parser does that has
 * the others.
 */
export class CsvSplitter {
  private pending = '';
  private read = 0;

  /** Lines that were read so far. */
  get lines(): number {
    return this.read;
  }

  /** @throws CsvError */
  add(piece: string): RowBatch {
    const text = this.pending + piece;
    const end = lastRowEnd(text);
    this.pending = text.slice(end);
    if (this.pending.length > LONGEST_ROW) {
      const why = this.pending.includes('"') ? 'one row, or a quote that is never closed,' : 'one row';
      throw new CsvError(`${why} from line ${this.read + 1} on is longer than ${LONGEST_ROW} characters`);
    }
    return this.split(text.slice(0, end));
  }

  /** The last row, if no end of line followed it. @throws CsvError */
  end(): RowBatch {
    const rest = this.pending;
    this.pending = '';
    return this.split(rest);
  }

  private split(block: string): RowBatch {
    return block.includes('"') ? this.splitQuoted(block) : this.splitPlain(block);
  }

  private splitPlain(block: string): RowBatch {
    const rows: string[][] = [];
    const lines: number[] = [];
    if (block === '') return { rows, lines };
    const texts = block.split('\n');
    if (texts.at(-1) === '') texts.pop();
    for (const text of texts) {
      this.read++;
      const line = text.endsWith('\r') ? text.slice(0, -1) : text;
      if (line === '') continue;
      rows.push(line.split(','));
      lines.push(this.read);
    }
    return { rows, lines };
  }

  private splitQuoted(block: string): RowBatch {
    const before = this.read;
    try {
      // Typed by the parser as if it gave rows alone.
      const found = parse(block, {
        info: true,
        record_delimiter: ['\r\n', '\n'],
        relax_column_count: true,
        skip_empty_lines: true,
      }) as unknown as { record: string[]; info: { lines: number } }[];
      this.read += block.split('\n').length - (block.endsWith('\n') ? 1 : 0);
      return {
        rows: found.map(({ record }) => record),
        lines: found.map(({ info }) => before + info.lines),
      };
    } catch (error) {
      const { message, lines = 0 } = error as Error & { lines?: number };
      throw new CsvError(`${message.replace(/ (at|on) line \d+/, '')}, at line ${before + lines}`, {
        cause: error,
      });
    }
  }
}

/** Characters; rows that are longer are taken for a file that is not CSV, or whose quotes do not match. */
const LONGEST_ROW = 8 * 2 ** 20;

/** Where the last row ends that is complete: after an end of line that is outside quotes. */
function lastRowEnd(text: string): number {
  if (!text.includes('"')) return text.lastIndexOf('\n') + 1;
  let end = 0;
  let from = 0;
  for (let inside = false; ; inside = !inside) {
    const quote = text.indexOf('"', from);
    const until = quote < 0 ? text.length : quote;
    if (!inside) {
      const newline = text.lastIndexOf('\n', until);
      if (newline >= from) end = newline + 1;
    }
    if (quote < 0) return end;
    from = quote + 1;
  }
}
