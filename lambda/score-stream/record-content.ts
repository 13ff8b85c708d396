import { numberOf } from '../domain/data/cell';
import { parseCsv } from '../domain/data/csv';
import { parseJson } from '../domain/records/json';
import { isList } from '../inference/request-columns';
import { type RequestCell, type RequestRow, textOf as shown } from '../inference/rows';
import { PoisonRecordError } from './poison-record-error';
import type { StreamRecord } from './stream-record';

export interface ContentProps {
  /** Field with the key. @default - the source's key */
  readonly keyField?: string | undefined;
  /** Fields that the model does not take. */
  readonly carriedFields: readonly string[];
}

/** What a record says. */
export interface RecordContent {
  /** Cells for the model. */
  readonly row: RequestRow;
  readonly key: string;
  /** Fields that the model does not take; undefined if it carries none. */
  readonly carried: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a record: a JSON object of cells by column, a JSON list of cells, or a line of CSV, in UTF-8.
 *
 * @throws PoisonRecordError
 */
export function contentOf(record: StreamRecord, props: ContentProps): RecordContent {
  const value = readRow(textOf(record.data));
  const { keyField, carriedFields } = props;
  if (isList(value)) {
    if (keyField !== undefined) throw noKey(keyField, 'it is a list, whose cells have no names');
    return { row: value, key: record.key ?? record.id, carried: undefined };
  }
  const fields = Object.entries(value);
  const carried = fields.filter(([name]) => carriedFields.includes(name));
  return {
    // Not by assignment, which would take `__proto__` for more than a name.
    row: Object.fromEntries(fields.filter(([name]) => !carriedFields.includes(name))),
    key: keyField === undefined ? (record.key ?? record.id) : keyIn(value, keyField),
    carried: carried.length > 0 ? Object.fromEntries(carried) : undefined,
  };
}

/** @throws PoisonRecordError if there is no text */
function textOf(data: StreamRecord['data']): string {
  const text = typeof data === 'string' ? data : data && decoded(data);
  if (text === undefined || text.trim() === '')
    throw new PoisonRecordError('empty', 'the record has no data');
  return text;
}

function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new PoisonRecordError('encoding', 'the record is not UTF-8', { cause });
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function readRow(text: string): RequestRow {
  const isJson = /^\s*[[{]/.test(text);
  try {
    return isJson ? (parseJson(text) as RequestRow) : cellsOfLine(text);
  } catch (cause) {
    const what = isJson ? 'JSON' : 'a line of CSV';
    throw new PoisonRecordError('content', `the record is not ${what}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Numbers as numbers, for columns have types; what is empty is missing. */
function cellsOfLine(text: string): RequestCell[] {
  const [row = [], ...others] = parseCsv(text);
  if (others.length > 0) throw new Error(`there are ${others.length + 1} lines`);
  return row.map((cell) => {
    if (cell === '') return null;
    const number = numberOf(cell);
    return Number.isNaN(number) ? cell : number;
  });
}

function keyIn(value: object, keyField: string): string {
  const key = Object.hasOwn(value, keyField) ? (value as Record<string, unknown>)[keyField] : undefined;
  if (typeof key === 'number' || (typeof key === 'string' && key !== '')) return String(key);
  throw noKey(keyField, key === undefined ? 'it has no such field' : `it is ${shown(key as RequestCell)}`);
}

function noKey(keyField: string, why: string): PoisonRecordError {
  return new PoisonRecordError('key', `the record has no key in '${keyField}': ${why}`);
}
