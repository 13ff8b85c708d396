import * as z from 'zod/mini';
import { parseDocument } from '../records/document';
import { type Lines, readLines } from '../records/json-lines';
import { plainText, type Span } from '../records/json-strings';
import { numbersIn } from './payload/answer-numbers';
import { payload } from './payload/payload';
import type { PlainLines } from './plain-lines';
import { type PlainForm, PlainRecords } from './plain-records';

/** What was true of the rows of a request, known later than its answer. */
export interface Label {
  /** Of the request: {@link requestId}. */
  readonly id: string;
  /** One for each row of the request. */
  readonly values: readonly number[];
  /** How much each of them counts, such as how many requests it stands for. @default 1 */
  readonly weight?: number;
}

/**
 * Reads JSON lines of labels, in the format of SageMaker's ground truth:
 * `{"groundTruthData": {"data": "1", "encoding": "CSV"}, "eventMetadata": {"eventId": "..."}, "eventVersion": "0"}`.
 * A field `weight` of ours is optional: where labels are known of a sample, one over the probability that the
 * request is in it (D. G. Horvitz and D. J. Thompson, Journal of the American Statistical Association 47
 * (1952), p. 663).
 */
export function parseGroundTruth(jsonLines: string): Lines<Label> {
  const reader = new LabelReader();
  return readLines(jsonLines, (line) => {
    const bytes = Buffer.from(line);
    return reader.read(bytes, 0, bytes.length);
  });
}

/** Reads lines of labels one by one, as {@link parseGroundTruth} reads them. */
export class LabelReader {
  private readonly plain = new PlainRecords(LABEL);

  /** @throws Error that says what is wrong with the line from `start` up to `end` */
  read(bytes: Buffer, start: number, end: number): Label {
    const found = this.plain.match(bytes, start, end);
    const label = found && plainLabel(bytes, found);
    if (label) return label;
    const line = bytes.subarray(start, end);
    return readLabel(line.toString('utf8'), () => this.plain.learn(line));
  }
}

/** Where the strings of a label are in its bytes. */
interface PlainLabel {
  readonly data: PlainLines;
  readonly eventId: Span;
  readonly inferenceId: Span | undefined;
}

const LABEL: PlainForm<PlainLabel> = {
  paths: {
    data: ['groundTruthData', 'data'],
    eventId: ['eventMetadata', 'eventId'],
    inferenceId: ['eventMetadata', 'inferenceId'],
  },
  data: ['data'],
};

/** Undefined if it is not as plain as it seems. */
function plainLabel(bytes: Buffer, { data, eventId, inferenceId }: PlainLabel) {
  const values: number[] = [];
  if (data.readNumbers(bytes, values) <= 0) return undefined;
  const event = plainText(bytes, eventId);
  const label = { id: inferenceId ? plainText(bytes, inferenceId) : event, values };
  return label.id === '' || event === '' ? undefined : label;
}

/**
 * @param learn from a label that others may be like: weights are no strings, so that each would be another
 * form
 */
function readLabel(line: string, learn: () => void): Label {
  const { groundTruthData, eventMetadata, weight } = parseDocument(groundTruthRecord, line, 'label');
  const values = numbersIn(groundTruthData, 'label');
  if (values.length === 0) throw new Error('label has no value');
  const label = { id: requestId(eventMetadata), values };
  if (weight !== undefined) return { ...label, weight };
  learn();
  return label;
}

/** The id by which a request and its label find each other: the caller's own id, if there is one, wins. */
export function requestId({ eventId, inferenceId }: { eventId: string; inferenceId?: string }): string {
  return inferenceId ?? eventId;
}

const id = z.string().check(z.minLength(1));

const groundTruthRecord = z.object({
  groundTruthData: payload,
  eventMetadata: z.object({ eventId: id, inferenceId: z.optional(id) }),
  weight: z.optional(z.number().check(z.gte(0))),
});
