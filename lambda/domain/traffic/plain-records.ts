import { areSame, beginWith } from '../records/bytes';
import { type Span, stringsIn } from '../records/json-strings';
import { isPlainCsv, type Payload } from './payload/payload';

/** Where the strings of a record are in its bytes that differ from one record to the next. */
export interface PlainCapture {
  readonly input: Span;
  readonly output: Span | undefined;
  readonly eventId: Span;
  readonly inferenceId: Span | undefined;
  readonly inferenceTime: Span;
}

/** What the strings are called, and which of them are the data of a payload. */
export interface PlainForm<Spans> {
  readonly paths: Readonly<Record<keyof Spans & string, readonly string[]>>;
  readonly data: readonly (keyof Spans & string)[];
}

/** Records of data capture. */
export const CAPTURE: PlainForm<PlainCapture> = {
  paths: {
    input: ['captureData', 'endpointInput', 'data'],
    output: ['captureData', 'endpointOutput', 'data'],
    eventId: ['eventMetadata', 'eventId'],
    inferenceId: ['eventMetadata', 'inferenceId'],
    inferenceTime: ['eventMetadata', 'inferenceTime'],
  },
  data: ['input', 'output'],
};

/**
 * Reads records in place that differ from an earlier one only in these strings: what stands between them is the same
 * byte by byte, so that they mean the same. Each string is plain: it has no escape but, in data, the line ends of CSV,
 * and no letter beyond ASCII but in data. All other records are for a reader of JSON.
 */
export class PlainRecords<Spans extends object> {
  /** The one that was used last first. */
  private readonly templates: Template<Spans>[] = [];
  private lessons = 0;

  constructor(private readonly form: PlainForm<Spans>) {}

  /** Undefined if the record is not plain, or like none that was learned. */
  match(bytes: Uint8Array, start: number, end: number): Spans | undefined {
    for (let i = 0; i < this.templates.length; i++) {
      const template = this.templates[i] as Template<Spans>;
      if (!template.match(bytes, start, end)) continue;
      if (i > 0) this.templates.unshift(...this.templates.splice(i, 1));
      return template.spans;
    }
    return undefined;
  }

  /** Learns from a record that is valid and was not matched, if its data are CSV. */
  learn(record: Buffer): void {
    if (this.templates.length === MOST_TEMPLATES || this.lessons === MOST_LESSONS) return;
    this.lessons++;
    const template = Template.of(record, this.form);
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
class Template<Spans extends object> {
  /** Undefined if it has other data than CSV, or names that come twice. */
  static of<S extends object>(record: Buffer, { paths, data }: PlainForm<S>): Template<S> | undefined {
    const document = JSON.parse(record.toString('utf8'));
    const payloads = data.map((part) => valueAt(document, paths[part].slice(0, -1)));
    if (payloads.some((payload) => payload !== undefined && !isPlainCsv(payload as Payload)))
      return undefined;
    // A character a byte, so that places are those of the bytes.
    const found = stringsIn(record.toString('latin1'));
    const spans: { [part in keyof S & string]?: MutableSpan } = {};
    for (const part of Object.keys(paths) as (keyof S & string)[]) {
      const span = found.get(JSON.stringify(paths[part]));
      if (contentOf(record, span) !== valueAt(document, paths[part])) return undefined;
      if (span) spans[part] = { ...span };
    }
    const inData = data.map((part) => spans[part]);
    return new Template(record, spans as S, inData);
  }

  private readonly between: readonly Uint8Array[];
  private readonly inOrder: readonly MutableSpan[];
  private readonly isData: readonly boolean[];

  private constructor(
    record: Buffer,
    /** Of the record that was matched last. */
    readonly spans: Spans,
    inData: readonly (Span | undefined)[],
  ) {
    const parts = Object.values<MutableSpan>(spans as Record<string, MutableSpan>);
    this.inOrder = parts.sort((a, b) => a.start - b.start);
    const starts = [0, ...this.inOrder.map(({ end }) => end)];
    const ends = [...this.inOrder.map(({ start }) => start), record.length];
    this.between = starts.map((start, i) => Uint8Array.from(record.subarray(start, ends[i])));
    this.isData = this.inOrder.map((span) => inData.includes(span));
  }

  isLike({ between }: Template<Spans>): boolean {
    return (
      between.length === this.between.length &&
      between.every((bytes, i) => Buffer.compare(bytes, this.between[i] as Uint8Array) === 0)
    );
  }

  match(bytes: Uint8Array, start: number, end: number): boolean {
    const { between, inOrder, isData } = this;
    let at = start;
    for (let i = 0; i < inOrder.length; i++) {
      const text = between[i] as Uint8Array;
      if (!beginWith(bytes, at, end, text)) return false;
      at += text.length;
      const span = inOrder[i] as MutableSpan;
      span.start = at;
      at = isData[i] ? endOfData(bytes, at, end) : endOfText(bytes, at, end);
      if (at < 0) return false;
      span.end = at;
    }
    const last = between[inOrder.length] as Uint8Array;
    return areSame(bytes, at, end, last);
  }
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    document,
  );
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
