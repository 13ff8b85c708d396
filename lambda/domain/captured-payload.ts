import * as z from 'zod/mini';
import { numberOf, type Row } from './cell';
import { parseCsv } from './csv';
import { checkDocument, parseDocument } from './document';

/** Data as SageMaker records them: CSV, JSON, or base64 of either. */
export type Payload = z.infer<typeof payload>;

export const payload = z.object({
  observedContentType: z.optional(z.string()),
  data: z.string(),
  encoding: z.enum(['CSV', 'JSON', 'BASE64']),
});

/** Rows of a request. */
export function rowsIn(recorded: Payload): Row[] {
  const content = decode(recorded);
  if (content.form === 'csv') return parseCsv(content.text);
  const value = parseDocument(jsonInput, content.text, 'captured input');
  const instances = Array.isArray(value) ? value : value.instances;
  const rows = instances.map((instance) =>
    typeof instance === 'object' && !Array.isArray(instance) ? instance.features : instance,
  );
  // A flat array is a single row.
  return rows.every(Array.isArray) ? rows : [checkDocument(row, rows, 'captured input')];
}

/**
 * The numbers of all rows, however they are laid out: a line each, or one line separated by commas.
 *
 * @param what the payload's name in errors, such as `captured output`
 */
export function numbersIn(recorded: Payload, what: string): number[] {
  const content = decode(recorded);
  const numbers =
    content.form === 'csv'
      ? parseCsv(content.text).flat().map(numberOf)
      : jsonNumbers(parseDocument(jsonOutput, content.text, what));
  if (!numbers.every(Number.isFinite)) throw new Error(`${what} has a value that is not a number`);
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
