import { areSame, beginWith } from '../records/bytes';
import { type Span, stringsIn } from '../records/json-strings';
import { isPlainCsv } from './payload/payload';

/** Strings of a capture record that differ from one record to the next. */
const PARTS: Readonly<Record<keyof PlainRecord, readonly string[]>> = {
  input: ['captureData', 'endpointInput', 'data'],
  output: ['captureData', 'endpointOutput', 'data'],
  eventId: ['eventMetadata', 'eventId'],
  inferenceId: ['eventMetadata', 'inferenceId'],
  inferenceTime: ['eventMetadata', 'inferenceTime'],
};

/** Where the parts of a record are in its bytes. */
export interface PlainRecord {
  readonly input: Span;
  readonly output: Span | undefined;
  readonly eventId: Span;
  readonly inferenceId: Span | undefined;
  readonly inferenceTime: Span;
}

/**
 * Reads capture records in place that differ from an earlier one only in their parts: what stands between them
 * is the same byte by byte, so that they mean the same. Each part is plain: it has no escape but, in data, the
 * line ends of CSV, and no letter beyond ASCII but in data. All other records are for `parseCapture`.
 */
export class PlainRecords {
  /** The one that was used last first. */
  private readonly templates: Template[] = [];
  private lessons = 0;

  /** Undefined if the record is not plain, or like none that was learned. */
  match(bytes: Uint8Array, start: number, end: number): PlainRecord | undefined {
    for (let i = 0; i < this.templates.length; i++) {
      const template = this.templates[i] as Template;
      if (!template.match(bytes, start, end)) continue;
      if (i > 0) this.templates.unshift(...this.templates.splice(i, 1));
      return template.record;
    }
    return undefined;
  }

  /** Learns from a record that `parseRecord` can read and that was not matched, if its data are CSV. */
  learn(record: Buffer): void {
    if (this.templates.length === MOST_TEMPLATES || this.lessons === MOST_LESSONS) return;
    this.lessons++;
    const template = Template.of(record);
    if (!template || this.templates.some((known) => known.isLike(template))) return;
    this.templates.push(template);
  }
}

/** Callers of one endpoint hardly differ in so many ways. */
const MOST_TEMPLATES = 8;
/** Records that are not plain teach nothing new. */
const MOST_LESSONS = 64;

interface MutableSpan {
  start: number;
  end: number;
}

/** What stands between the parts of a record, and the order of the parts. */
class Template {
  /** Undefined if it has other data than CSV, or names that come twice. */
  static of(record: Buffer): Template | undefined {
    const { captureData, eventMetadata } = JSON.parse(record.toString('utf8'));
    const { endpointInput, endpointOutput } = captureData;
    if (![endpointInput, endpointOutput ?? endpointInput].every(isPlainCsv)) return undefined;
    // A character a byte, so that places are those of the bytes.
    const text = record.toString('latin1');
    const found = stringsIn(text);
    const spans: Record<string, MutableSpan> = {};
    const values = { input: endpointInput.data, output: endpointOutput?.data, ...eventMetadata };
    for (const [part, path] of Object.entries(PARTS)) {
      const span = found.get(JSON.stringify(path));
      if (contentOf(record, span) !== values[part]) return undefined;
      if (span) spans[part] = { ...span };
    }
    return new Template(record, spans);
  }

  /** Of the record that was matched last. */
  readonly record: PlainRecord;
  private readonly between: readonly Uint8Array[];
  private readonly spans: readonly MutableSpan[];
  private readonly isData: readonly boolean[];

  private constructor(record: Buffer, parts: Readonly<Record<string, MutableSpan>>) {
    const { input, output, eventId, inferenceId, inferenceTime } = parts as Record<
      keyof PlainRecord,
      MutableSpan
    >;
    this.record = { input, output, eventId, inferenceId, inferenceTime };
    this.spans = Object.values(parts).sort((a, b) => a.start - b.start);
    const starts = [0, ...this.spans.map(({ end }) => end)];
    const ends = [...this.spans.map(({ start }) => start), record.length];
    this.between = starts.map((start, i) => Uint8Array.from(record.subarray(start, ends[i])));
    this.isData = this.spans.map((span) => span === input || span === output);
  }

  isLike({ between }: Template): boolean {
    return (
      between.length === this.between.length &&
      between.every((bytes, i) => Buffer.compare(bytes, this.between[i] as Uint8Array) === 0)
    );
  }

  match(bytes: Uint8Array, start: number, end: number): boolean {
    const { between, spans, isData } = this;
    let at = start;
    for (let i = 0; i < spans.length; i++) {
      const text = between[i] as Uint8Array;
      if (!beginWith(bytes, at, end, text)) return false;
      at += text.length;
      const span = spans[i] as MutableSpan;
      span.start = at;
      at = isData[i] ? endOfData(bytes, at, end) : endOfText(bytes, at, end);
      if (at < 0) return false;
      span.end = at;
    }
    const last = between[spans.length] as Uint8Array;
    return areSame(bytes, at, end, last);
  }
}

function contentOf(record: Buffer, span: Span | undefined): string | undefined {
  return span && JSON.parse(`"${record.toString('utf8', span.start, span.end)}"`);
}

const [QUOTE, BACKSLASH, LETTER_N, SPACE, DELETE, BYTE_ORDER_MARK] = [34, 92, 110, 32, 127, 0xef];

/** Place of the quote after a string of plain ASCII, -1 if it is another one. */
function endOfText(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < SPACE || byte >= DELETE) return -1;
  }
  return -1;
}

/** As {@link endOfText} of data, which may have line ends and any letters, but no byte order mark. */
function endOfData(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === BYTE_ORDER_MARK) return -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte < SPACE) return -1;
    if (byte === BACKSLASH && bytes[++at] !== LETTER_N) return -1;
  }
  return -1;
}
