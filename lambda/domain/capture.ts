import * as z from 'zod/mini';
import { numberOf, type Row } from './cell';
import { parseCsv } from './csv';
import { checkDocument, parseDocument } from './document';

/** One captured request with its rows. */
export interface CapturedRequest {
  readonly eventId: string;
  /** The caller's own id; ground truth refers to it rather than to `eventId`. */
  readonly inferenceId?: string;
  /** ISO 8601. */
  readonly inferenceTime: string;
  readonly rows: readonly Row[];
  /** The model's answer to each row; undefined if responses are not captured. */
  readonly predictions?: readonly number[];
}

export interface Capture {
  readonly requests: readonly CapturedRequest[];
  /** Lines that could not be read. */
  readonly unreadable: number;
  /** What was wrong with the first of them. */
  readonly firstProblem?: string;
}

/**
 * Reads JSON lines of SageMaker data capture: CSV, JSON and base64 of both, one or more rows a record. A line
 * that cannot be read is counted and never fatal.
 */
export function parseCapture(jsonLines: string): Capture {
  const requests: CapturedRequest[] = [];
  let unreadable = 0;
  let firstProblem: string | undefined;
  jsonLines.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      requests.push(parseRecord(line));
    } catch (error) {
      unreadable++;
      firstProblem ??= `line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
  return { requests, unreadable, ...(firstProblem !== undefined && { firstProblem }) };
}

function parseRecord(line: string): CapturedRequest {
  const { captureData, eventMetadata } = parseDocument(captureRecord, line, 'capture record');
  const rows = rowsOf(captureData.endpointInput);
  if (rows.length === 0) throw new Error('capture record has no rows');
  const predictions = captureData.endpointOutput && predictionsOf(captureData.endpointOutput);
  if (predictions && predictions.length !== rows.length) {
    throw new Error(`capture record has ${rows.length} rows and ${predictions.length} predictions`);
  }
  return { ...eventMetadata, rows, ...(predictions && { predictions }) };
}

function rowsOf(payload: Payload): Row[] {
  const content = decode(payload);
  if (content.form === 'csv') return parseCsv(content.text);
  const value = parseDocument(jsonInput, content.text, 'captured input');
  const instances = Array.isArray(value) ? value : value.instances;
  const rows = instances.map((instance) =>
    typeof instance === 'object' && !Array.isArray(instance) ? instance.features : instance,
  );
  // A flat array is a single row.
  return rows.every(Array.isArray) ? rows : [checkDocument(row, rows, 'captured input')];
}

/** One number a row, however the container lays them out: a line each, or one line separated by commas. */
function predictionsOf(payload: Payload): number[] {
  const content = decode(payload);
  const numbers =
    content.form === 'csv'
      ? parseCsv(content.text).flat().map(numberOf)
      : jsonNumbers(parseDocument(jsonOutput, content.text, 'captured output'));
  if (!numbers.every(Number.isFinite))
    throw new Error('captured output has a prediction that is not a number');
  return numbers;
}

function jsonNumbers(output: z.infer<typeof jsonOutput>): number[] {
  if (typeof output === 'number') return [output];
  const list = Array.isArray(output) ? output : output.predictions;
  return list.flatMap((item) => (typeof item === 'object' && 'score' in item ? [item.score] : item));
}

function decode({ data, encoding, observedContentType }: Payload): { form: 'csv' | 'json'; text: string } {
  if (encoding === 'CSV') return { form: 'csv', text: data };
  if (encoding === 'JSON') return { form: 'json', text: data };
  const text = Buffer.from(data, 'base64').toString('utf8');
  const type = observedContentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/csv') return { form: 'csv', text };
  if (type === 'application/json') return { form: 'json', text };
  throw new Error(`captured content type '${observedContentType}' is neither text/csv nor application/json`);
}

type Payload = z.infer<typeof payload>;

const payload = z.object({
  observedContentType: z.optional(z.string()),
  data: z.string(),
  encoding: z.enum(['CSV', 'JSON', 'BASE64']),
});

const captureRecord = z.object({
  captureData: z.object({ endpointInput: payload, endpointOutput: z.optional(payload) }),
  eventMetadata: z.object({
    eventId: z.string(),
    inferenceId: z.optional(z.string()),
    inferenceTime: z.string(),
  }),
});

// The forms of SageMaker's "common data formats for inference".
const cell = z.pipe(
  z.union([z.number(), z.string(), z.null()]),
  z.transform((value) => value ?? Number.NaN),
);
const row = z.array(cell);
const instances = z.array(z.union([cell, row, z.object({ features: row })]));
const jsonInput = z.union([instances, z.object({ instances })]);
const outputs = z.array(z.union([z.number(), z.array(z.number()), z.object({ score: z.number() })]));
const jsonOutput = z.union([z.number(), outputs, z.object({ predictions: outputs })]);
