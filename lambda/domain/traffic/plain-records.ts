import { type Span, stringsIn } from '../records/json-strings';
import { KnownBytes } from '../records/known-bytes';
import { isPlainCsv, type Payload } from './payload/payload';
import { PlainLines } from './plain-lines';

/** Where the strings of a record are in its bytes that differ from one record to the next. */
export interface PlainCapture {
  readonly input: PlainLines;
  readonly output: PlainLines | undefined;
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
 * Reads records in place that differ from an earlier one only in these strings: what stands between them is
 * the same byte by byte, so that they mean the same. Each string is plain: it has no escape but, in data, the
 * line ends of CSV, and no letter beyond ASCII but in data. All other records are for a reader of JSON.
 */
export class PlainRecords<Spans extends object> {
  /** The one that was used last first. */
  private readonly templates: Template<Spans>[] = [];
  private lessons = 0;
  private viewed: Uint8Array = new Uint8Array();
  /** Of the bytes that were matched last. */
  private view: DataView = new DataView(this.viewed.buffer);

  constructor(private readonly form: PlainForm<Spans>) {}

  /** Undefined if the record is not plain, or like none that was learned. */
  match(bytes: Uint8Array, start: number, end: number): Spans | undefined {
    if (this.templates.length === 0) return undefined;
    const view = this.viewOf(bytes);
    for (let i = 0; i < this.templates.length; i++) {
      const template = this.templates[i] as Template<Spans>;
      if (!template.match(bytes, view, start, end)) continue;
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

  private viewOf(bytes: Uint8Array): DataView {
    if (this.viewed !== bytes) {
      this.viewed = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.view;
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
    const isData = (part: string) => (data as readonly string[]).includes(part);
    for (const part of Object.keys(paths) as (keyof S & string)[]) {
      const span = found.get(JSON.stringify(paths[part]));
      if (contentOf(record, span) !== valueAt(document, paths[part])) return undefined;
      if (span) spans[part] = Object.assign(isData(part) ? new PlainLines() : {}, span);
    }
    return new Template(record, spans as S);
  }

  private readonly between: readonly KnownBytes[];
  private readonly inOrder: readonly MutableSpan[];

  private constructor(
    record: Buffer,
    /** Of the record that was matched last. */
    readonly spans: Spans,
  ) {
    const parts = Object.values<MutableSpan>(spans as Record<string, MutableSpan>);
    this.inOrder = parts.sort((a, b) => a.start - b.start);
    const starts = [0, ...this.inOrder.map(({ end }) => end)];
    const ends = [...this.inOrder.map(({ start }) => start), record.length];
    this.between = starts.map((start, i) => new KnownBytes(record.subarray(start, ends[i])));
  }

  isLike({ between }: Template<Spans>): boolean {
    return (
      between.length === this.between.length &&
      between.every((known, i) => known.isSame(this.between[i] as KnownBytes))
    );
  }

  /** @param view of the bytes */
  match(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const { between, inOrder } = this;
    let at = start;
    for (let i = 0; i < inOrder.length; i++) {
      const known = between[i] as KnownBytes;
      if (!known.isAt(view, at, end)) return false;
      at += known.length;
      const span = inOrder[i] as MutableSpan;
      if (span instanceof PlainLines) {
        at = span.find(bytes, at, end);
      } else {
        span.start = at;
        at = endOfText(bytes, at, end);
        span.end = at;
      }
      if (at < 0) return false;
    }
    const last = between[inOrder.length] as KnownBytes;
    return end - at === last.length && last.isAt(view, at, end);
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

const [QUOTE, BACKSLASH, SPACE, DELETE] = [34, 92, 32, 127];

/** Place of the quote after a string of plain ASCII, -1 if it is another one. */
function endOfText(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < SPACE || byte >= DELETE) return -1;
  }
  return -1;
}
