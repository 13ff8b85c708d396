import * as z from 'zod/mini';
import type { Row } from '../../data/cell';
import { parseCsv } from '../../data/csv';
import { parseJson } from '../../records/json';
import { type NpyArray, parseNpy } from '../../records/npy';
import { orReject, RejectedRecord } from './rejected-record';

/** Data as SageMaker records them: CSV, JSON, or base64 of anything. */
export type Payload = z.infer<typeof payload>;

export const payload = z.object({
  observedContentType: z.optional(z.string()),
  data: z.string(),
  encoding: z.enum(['CSV', 'JSON', 'BASE64']),
});

export type Content =
  | { readonly form: 'csv'; readonly rows: readonly Row[] }
  /** One JSON value, or one on each line. */
  | { readonly form: 'json' | 'jsonlines'; readonly values: readonly unknown[] }
  | { readonly form: 'npy'; readonly array: NpyArray };

/**
 * What a payload holds, by its content type.
 *
 * @param what the payload's name in errors, such as `captured output`
 * @throws RejectedRecord
 */
export function contentOf(recorded: Payload, what: string): Content {
  const { data, encoding, observedContentType } = recorded;
  const bytes = () => Buffer.from(data, encoding === 'BASE64' ? 'base64' : 'utf8');
  const text = () => (encoding === 'BASE64' ? bytes().toString('utf8') : data);
  switch (formOf(recorded)) {
    case 'csv':
      return { form: 'csv', rows: csvOf(text(), what) };
    case 'json':
      return { form: 'json', values: [jsonOf(text(), what)] };
    case 'jsonlines': {
      const lines = text()
        .split('\n')
        .filter((line) => line.trim() !== '');
      return { form: 'jsonlines', values: lines.map((line) => jsonOf(line, what)) };
    }
    case 'npy':
      return { form: 'npy', array: arrayOf(bytes(), what) };
    case 'parquet':
      // What can be read has been turned into JSON before.
      throw new RejectedRecord('content', `${what} is not Parquet that can be read`);
    default:
      throw new RejectedRecord(
        'contentType',
        `${what} has the content type '${observedContentType}', which is not read: text/csv, application/json, application/jsonlines, application/x-npy and Parquet are`,
      );
  }
}

/** Whether the data are Parquet. */
export function isParquet(recorded: Payload): boolean {
  return formOf(recorded) === 'parquet';
}

/** Whether the data are CSV as they stand. */
export function isPlainCsv(recorded: Payload): boolean {
  return recorded.encoding === 'CSV' && formOf(recorded) === 'csv';
}

function formOf({ encoding, observedContentType }: Payload): Content['form'] | 'parquet' | undefined {
  const type = observedContentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (JSON_LINES.has(type)) return 'jsonlines';
  if (encoding === 'CSV' || (encoding === 'BASE64' && type === 'text/csv')) return 'csv';
  if (encoding === 'BASE64' && type === NPY) return 'npy';
  if (encoding === 'BASE64' && PARQUET.has(type)) return 'parquet';
  return encoding === 'JSON' || type === 'application/json' ? 'json' : undefined;
}

/**
 * The names under which SageMaker's containers take JSON lines ("Common Data Formats for Inference",
 * SageMaker AI).
 */
const JSON_LINES = new Set(['application/jsonlines', 'application/x-jsonlines', 'application/jsonl']);
/** As SageMaker's toolkits name it: https://github.com/aws/sagemaker-inference-toolkit */
const NPY = 'application/x-npy';
/** As IANA registers it, and as SageMaker's algorithms name it. */
const PARQUET: ReadonlySet<string> = new Set(['application/vnd.apache.parquet', 'application/x-parquet']);

function csvOf(text: string, what: string): Row[] {
  return orReject(
    'content',
    () => parseCsv(text),
    (message) => `${what} is not CSV: ${message}`,
  );
}

function jsonOf(text: string, what: string): unknown {
  return orReject(
    'content',
    () => parseJson(text),
    () => `${what} is not JSON: it begins with '${text.slice(0, 40)}'`,
  );
}

function arrayOf(bytes: Buffer, what: string): NpyArray {
  return orReject(
    'content',
    () => parseNpy(bytes),
    (message) => `${what} is not read: ${message}`,
  );
}
