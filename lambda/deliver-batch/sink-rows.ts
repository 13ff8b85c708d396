import type { BatchOutputFormat } from '../../contracts/batch';
import { CsvSplitter } from '../aws/data-files/csv-splitter';
import type { ObjectReader } from '../aws/data-files/data-file';
import { openParquet } from '../aws/data-files/parquet-file';
import type { Cell } from '../domain/data/cell';
import type { SinkRow } from './row-sink';

/** A number in a cell; a class that is text keeps its text. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/** The rows of a file of the output, in their order. */
export async function sinkRows(
  bytes: Uint8Array,
  format: BatchOutputFormat,
  part: number,
): Promise<SinkRow[]> {
  const objects = await OBJECTS[format](bytes);
  return objects.map((fields, index) => ({
    rowId: String(fields.rowId),
    place: `${String(part).padStart(5, '0')}-${String(index).padStart(9, '0')}`,
    fields,
  }));
}

type Fields = Record<string, unknown>;

const OBJECTS: Readonly<Record<BatchOutputFormat, (bytes: Uint8Array) => Fields[] | Promise<Fields[]>>> = {
  csv: csvObjects,
  jsonl: jsonObjects,
  parquet: parquetObjects,
};

function jsonObjects(bytes: Uint8Array): Fields[] {
  return textOf(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fields);
}

function csvObjects(bytes: Uint8Array): Fields[] {
  const text = textOf(bytes);
  const splitter = new CsvSplitter();
  const [header = [], ...rows] = [...splitter.add(text).rows, ...splitter.end().rows];
  return rows.map((row) =>
    Object.fromEntries(
      header.map(String).map((name, column) => [name, cellValue(name, String(row[column] ?? ''))]),
    ),
  );
}

async function parquetObjects(bytes: Uint8Array): Promise<Fields[]> {
  const inMemory: Pick<ObjectReader, 'readRange'> = {
    readRange: async (_key, from, to) => bytes.slice(from, to),
  };
  const file = { key: 'output.parquet', bytes: bytes.length };
  const { header, batches } = await openParquet(inMemory as ObjectReader, file);
  const fieldsOf = (row: readonly Cell[]): Fields =>
    Object.fromEntries(
      header.flatMap((name, column) => {
        const cell = row[column] ?? '';
        if (name !== 'probabilities') return [[name, cell]];
        return cell === '' ? [] : [[name, JSON.parse(String(cell))]];
      }),
    );
  const objects: Fields[] = [];
  for await (const { rows } of batches) objects.push(...rows.map(fieldsOf));
  return objects;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function cellValue(name: string, cell: string): unknown {
  if (name === 'probabilities') return JSON.parse(cell);
  if (name !== 'prediction') return cell;
  return NUMBER.test(cell) ? Number(cell) : cell;
}
