import * as z from 'zod/mini';
import { numberOf, type Row } from '../data/cell';
import { parseCsv } from '../data/csv';
import { checkDocument } from '../records/document';
import { parseJson } from '../records/json';

/** Data as SageMaker records them: CSV, JSON, or base64 of either. */
export type Payload = z.infer<typeof payload>;

export const payload = z.object({
  observedContentType: z.optional(z.string()),
  data: z.string(),
  encoding: z.enum(['CSV', 'JSON', 'BASE64']),
});

/** Rows of a request. */
export function rowsIn(recorded: Payload): Row[] {
  const content = decode(recorded, 'captured input');
  if (content.form === 'csv') return parseCsv(content.text);
  const instances = content.values.flatMap((value) => {
    const input = checkDocument(content.form === 'json' ? jsonInput : jsonLine, value, 'captured input');
    return Array.isArray(input) ? [...input] : 'instances' in input ? input.instances : [input.features];
  });
  const rows = instances.map((instance) =>
    typeof instance === 'object' && !Array.isArray(instance) ? instance.features : instance,
  );
  if (rows.every(Array.isArray)) return rows;
  // A flat array is a single row; on each of several lines, a row of its own.
  if (content.form === 'json') return [checkDocument(row, rows, 'captured input')];
  return content.values.map((value) => checkDocument(row, value, 'captured input'));
}

/**
 * The numbers of all rows, however they are laid out: a line each, or one line separated by commas.
 *
 * @param what the payload's name in errors, such as `captured output`
 */
export function numbersIn(recorded: Payload, what: string): number[] {
  const numbers = answersIn(recorded, what);
  if (!numbers.every(Number.isFinite)) throw notANumber(what);
  return numbers;
}

/** As {@link numbersIn}; NaN for what is written as NaN, as null or as infinite. */
export function answersIn(recorded: Payload, what: string): number[] {
  const content = decode(recorded, what);
  if (content.form !== 'csv') {
    return content.values.flatMap((value) => jsonNumbers(checkDocument(jsonOutput, value, what)));
  }
  return parseCsv(content.text)
    .flat()
    .map((cell) => {
      const number = numberOf(cell);
      if (Number.isFinite(number)) return number;
      if (!NO_NUMBER.test(String(cell))) throw notANumber(what);
      return Number.NaN;
    });
}

/** As Python, NumPy and JavaScript write NaN and infinite numbers; and numbers that are beyond the greatest double. */
const NO_NUMBER = /^\s*[+-]?(nan|null|inf|infinity|[\d.]+e\+?\d+)\s*$/i;

function notANumber(what: string): Error {
  return new Error(`${what} has a value that is not a number`);
}

function jsonNumbers(output: z.infer<typeof jsonOutput>): number[] {
  if (typeof output === 'number') return [output];
  if ('score' in output) return [output.score];
  const list = Array.isArray(output) ? output : output.predictions;
  return list.flatMap((item) => (typeof item === 'object' && 'score' in item ? [item.score] : item));
}

type Content =
  | { readonly form: 'csv'; readonly text: string }
  /** One JSON value, or one on each line. */
  | { readonly form: 'json' | 'jsonlines'; readonly values: readonly unknown[] };

function decode(recorded: Payload, what: string): Content {
  const { data, encoding, observedContentType } = recorded;
  const text = encoding === 'BASE64' ? Buffer.from(data, 'base64').toString('utf8') : data;
  switch (formOf(recorded)) {
    case 'csv':
      return { form: 'csv', text };
    case 'json':
      return { form: 'json', values: [jsonOf(text, what)] };
    case 'jsonlines': {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return { form: 'jsonlines', values: lines.map((line) => jsonOf(line, what)) };
    }
    default:
      throw new Error(
        `captured content type '${observedContentType}' is neither text/csv nor application/json nor application/jsonlines`,
      );
  }
}

function formOf({ encoding, observedContentType }: Payload): Content['form'] | undefined {
  const type = observedContentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (JSON_LINES.has(type)) return 'jsonlines';
  if (encoding === 'CSV' || (encoding === 'BASE64' && type === 'text/csv')) return 'csv';
  return encoding === 'JSON' || type === 'application/json' ? 'json' : undefined;
}

/** Whether the data are CSV as they stand. */
export function isPlainCsv(recorded: Payload): boolean {
  return recorded.encoding === 'CSV' && formOf(recorded) === 'csv';
}

/**
 * The names under which SageMaker's containers take JSON lines ("Common Data Formats for Inference",
 * SageMaker AI).
 */
const JSON_LINES = new Set(['application/jsonlines', 'application/x-jsonlines', 'application/jsonl']);

function jsonOf(text: string, what: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Error(`${what} is not JSON: it begins with '${text.slice(0, 40)}'`, { cause });
  }
}

// The forms of SageMaker's "common data formats for inference".
// In training data, too, true is 1 and false is 0, and what is not finite is not a number.
const cell = z.pipe(
  z.union([z.number(), z.literal([Infinity, -Infinity]), z.string(), z.boolean(), z.null()]),
  z.transform((value) => {
    if (typeof value === 'string') return value;
    return value !== null && Number.isFinite(Number(value)) ? Number(value) : Number.NaN;
  }),
);
// A tensor within a row is opaque: no number, so that answers and labels of the request still count.
const tensor = z.pipe(
  z.array(z.unknown()),
  z.transform(() => Number.NaN),
);
const row = z.array(z.union([cell, tensor]));
const named = z.object({ features: row });
const instances = z.array(z.union([cell, row, named]));
const jsonInput = z.union([instances, z.object({ instances })]);
const jsonLine = z.union([instances, z.object({ instances }), named]);
const answer = z.pipe(
  z.union([z.number(), z.literal([Infinity, -Infinity]), z.null()]),
  z.transform((value) => (value !== null && Number.isFinite(value) ? value : Number.NaN)),
);
const outputs = z.array(z.union([answer, z.array(answer), z.object({ score: answer })]));
const jsonOutput = z.union([
  answer,
  outputs,
  z.object({ predictions: outputs }),
  z.object({ score: answer }),
]);
