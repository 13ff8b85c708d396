import type { BatchFormat } from '../../contracts/batch';
import { CsvSplitter } from '../aws/data-files/csv-splitter';
import type { SinkRow } from './row-sink';

/** A number in a cell; a class that is text keeps its text. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/** The rows of a file of the output, in their order. */
export function sinkRows(text: string, format: BatchFormat, part: number): SinkRow[] {
  const objects = format === 'csv' ? csvObjects(text) : jsonObjects(text);
  return objects.map((fields, index) => ({
    rowId: String(fields.rowId),
    place: `${String(part).padStart(5, '0')}-${String(index).padStart(9, '0')}`,
    fields,
  }));
}

function jsonObjects(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function csvObjects(text: string): Record<string, unknown>[] {
  const splitter = new CsvSplitter();
  const [header = [], ...rows] = [...splitter.add(text).rows, ...splitter.end().rows];
  return rows.map((row) =>
    Object.fromEntries(
      header.map(String).map((name, column) => [name, cellValue(name, String(row[column] ?? ''))]),
    ),
  );
}

function cellValue(name: string, cell: string): unknown {
  if (name === 'probabilities') return JSON.parse(cell);
  if (name !== 'prediction') return cell;
  return NUMBER.test(cell) ? Number(cell) : cell;
}
