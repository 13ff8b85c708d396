import type { BatchFormat } from '../../../contracts/batch';

/** Whole rows that follow each other in a text. */
export interface CutPart {
  /** First byte. */
  readonly from: number;
  /** First byte after it. */
  readonly to: number;
  /** Lines of the text before it. */
  readonly linesBefore: number;
  readonly rows: number;
}

export interface CutText {
  /** The row that names the columns; empty without one. */
  readonly header: string;
  readonly parts: readonly CutPart[];
  readonly rows: number;
}

export interface PartCutterProps {
  readonly format: BatchFormat;
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean;
  /** Size of a part, which its last row may exceed. */
  readonly partBytes: number;
}

/** A text that has no rows of a length that can be read. */
export class UncuttableTextError extends Error {
  override readonly name = 'UncuttableText';
}

/**
 * Cuts a text that arrives in pieces into parts of whole rows: after the first end of a row beyond the size
 * of a part. A row of CSV ends at a line feed outside quotes (RFC 4180), one of JSON lines at each line feed.
 * Empty lines are no rows. The same text has the same parts, in whatever pieces it arrives.
 */
export class PartCutter {
  private readonly parts: CutPart[] = [];
  private readonly isCsv: boolean;
  /** The line that names the columns, until it is complete. */
  private header: Buffer[] | undefined;
  private headerText = '';
  private place = 0;
  private line = 0;
  private rows = 0;
  private isInQuotes = false;
  private rowStart = 0;
  private lastByte = 0;
  private part = { from: 0, linesBefore: 0, rows: 0 };

  constructor(private readonly props: PartCutterProps) {
    this.isCsv = props.format === 'csv';
    if (props.hasHeader) this.header = [];
  }

  /** @throws UncuttableTextError if a row is too long */
  add(piece: Buffer): void {
    let done = 0;
    let quote = this.isCsv ? piece.indexOf(QUOTE) : -1;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, end + 1)) {
      quote = this.passQuotes(piece, quote, end);
      this.line++;
      if (this.isInQuotes) continue;
      const before = end === 0 ? this.lastByte : (piece[end - 1] as number);
      const isEmpty = isEmptyRow(this.place + end - this.rowStart, before);
      this.header?.push(piece.subarray(done, end));
      this.endRow(this.place + end + 1, isEmpty);
      done = end + 1;
    }
    this.passQuotes(piece, quote, piece.length);
    this.header?.push(piece.subarray(done));
    this.place += piece.length;
    this.lastByte = piece.at(-1) ?? this.lastByte;
    if (this.place - this.rowStart <= LONGEST_ROW) return;
    const why = this.isInQuotes ? 'a row, or a quote that is never closed,' : 'a row';
    throw new UncuttableTextError(`${why} from line ${this.line + 1} on is longer than ${LONGEST_ROW} bytes`);
  }

  /** What the text was cut into, after its last piece. */
  end(): CutText {
    const { place, rowStart, lastByte } = this;
    // The last row may have no line feed.
    if (place > rowStart) this.endRow(place, isEmptyRow(place - rowStart, lastByte));
    this.endPart(place);
    return { header: this.headerText, parts: this.parts, rows: this.rows };
  }

  /** @returns place of the next quote after `end`, or -1 */
  private passQuotes(piece: Buffer, first: number, end: number): number {
    let quote = first;
    while (quote >= 0 && quote < end) {
      this.isInQuotes = !this.isInQuotes;
      quote = piece.indexOf(QUOTE, quote + 1);
    }
    return quote;
  }

  private endRow(next: number, isEmpty: boolean): void {
    this.rowStart = next;
    if (this.header) {
      const text = Buffer.concat(this.header).toString('utf8');
      this.header = isEmpty ? [] : undefined;
      if (!isEmpty) this.headerText = text.replace(/^\ufeff/, '').replace(/\r$/, '');
      this.beginPart(next);
      return;
    }
    if (!isEmpty) {
      this.rows++;
      this.part.rows++;
    }
    if (next - this.part.from >= this.props.partBytes) {
      this.endPart(next);
      this.beginPart(next);
    }
  }

  private beginPart(from: number): void {
    this.part = { from, linesBefore: this.line, rows: 0 };
  }

  private endPart(to: number): void {
    if (this.part.rows > 0) this.parts.push({ ...this.part, to });
  }
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Bytes; rows that are longer are taken for a file whose quotes do not match. */
const LONGEST_ROW = 8 * 2 ** 20;

/** The parts of a text that is in memory. */
export function cutText(text: Buffer, props: PartCutterProps): CutText {
  const cutter = new PartCutter(props);
  cutter.add(text);
  return cutter.end();
}

function isEmptyRow(bytes: number, last: number): boolean {
  return bytes === 0 || (bytes === 1 && last === CARRIAGE_RETURN);
}
