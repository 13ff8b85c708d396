import * as z from 'zod/mini';
import type { Cell, Row } from '../../data/cell';
import type { Tensor } from '../../data/tensor-summary';
import { checkDocument } from '../../records/document';
import type { NpyArray } from '../../records/npy';
import { inShape, type NamedTensor, namedTensor, rowsOfTensor } from './named-tensors';
import { contentOf, type Payload } from './payload';
import { orReject, RejectedRecord } from './rejected-record';

/** What a request has of a column: a value, or a tensor. */
export type RequestCell = Cell | Tensor;
export type RequestRow = readonly RequestCell[];

/**
 * Rows of a request. A tensor within a row is opaque: no number, so that answers and labels of the request
 * still count.
 *
 * @param columns as {@link requestRows}
 * @throws RejectedRecord
 */
export function rowsIn(recorded: Payload, columns?: readonly string[]): readonly Row[] {
  return requestRows(recorded, columns).map((row) =>
    row.some(isTensor) ? row.map((cell) => (isTensor(cell) ? Number.NaN : cell)) : (row as Row),
  );
}

/**
 * Rows of a request with their tensors.
 *
 * @param columns names of the model's columns, in whose order rows with names are put. Without them they keep
 * their own order.
 * @throws RejectedRecord
 */
export function requestRows(recorded: Payload, columns?: readonly string[]): readonly RequestRow[] {
  const content = contentOf(recorded, 'captured input');
  switch (content.form) {
    case 'csv':
      return content.rows;
    case 'npy':
      return rowsOfArray(content.array, columns);
    default:
      return content.values.flatMap((value) =>
        rowsOfDocument(
          orReject('form', () => checkDocument(document, value, 'captured input')),
          columns,
        ),
      );
  }
}

/** Along the first axis. */
function rowsOfArray({ shape, values }: NpyArray, columns: readonly string[] | undefined): RequestRow[] {
  if (shape.length < 2) return rowsOfList([...values], columns);
  const [rows = 0, ...sizes] = shape;
  const width = sizes.reduce((product, size) => product * size, 1);
  return Array.from({ length: rows }, (_, row) => {
    const ofRow = values.slice(row * width, (row + 1) * width);
    return sizes.length === 1 ? ofRow : [inShape(ofRow, sizes)];
  });
}

function rowsOfDocument(input: Document, columns: readonly string[] | undefined): RequestRow[] {
  if (Array.isArray(input)) return rowsOfList(input, columns);
  if (isInstances(input)) return rowsOfList(input.instances, columns);
  if (isSplit(input)) return rowsOfTable(input.columns, input.data, columns);
  if ('dataframe_split' in input) {
    const { columns: names, data } = input.dataframe_split as Split;
    return rowsOfTable(names, data, columns);
  }
  if ('dataframe_records' in input) return rowsOfList(input.dataframe_records as NamedCells[], columns);
  if (hasTensors(input)) return rowsOfTensors(input.inputs, columns);
  if ('inputs' in input) return rowsOfInputs(input.inputs as Inputs, columns);
  return rowsOfList([input as Item], columns);
}

/** A flat list is one row, unless the model has one column. */
function rowsOfList(list: readonly Item[], columns: readonly string[] | undefined): RequestRow[] {
  if (list.length > 0 && list.every(isCell))
    return columns?.length === 1 ? list.map((cell) => [cell]) : [[...list]];
  return list.map((item): RequestRow => {
    if (Array.isArray(item)) return item;
    if (isCell(item)) {
      throw new RejectedRecord('form', 'captured input has both rows and single values in one list');
    }
    return hasFeatures(item) ? item.features : rowOfRecord(item, columns);
  });
}

function rowOfRecord(record: NamedCells, columns: readonly string[] | undefined): RequestRow {
  return rowsOfTable(Object.keys(record), [Object.values(record)], columns)[0] as RequestRow;
}

function rowsOfInputs(inputs: Inputs, columns: readonly string[] | undefined): RequestRow[] {
  if (Array.isArray(inputs)) return rowsOfList(inputs, columns);
  if (isCell(inputs)) return [[inputs]];
  const cells = Object.values(inputs);
  const length = cells.reduce((longest, column) => Math.max(longest, column.length), 0);
  const rows = Array.from({ length }, (_, row) => cells.map((column) => column[row] ?? ''));
  return rowsOfTable(Object.keys(inputs), rows, columns);
}

function rowsOfTensors(inputs: readonly NamedTensor[], columns: readonly string[] | undefined): RequestRow[] {
  const cells = inputs.map(rowsOfTensor) as RequestCell[][];
  const length = Math.max(...cells.map((ofInput) => ofInput.length));
  const rows = Array.from({ length }, (_, row) => cells.map((ofInput) => ofInput[row] ?? ''));
  return rowsOfTable(
    inputs.map(({ name }) => name),
    rows,
    columns,
  );
}

/** Cells by the model's columns: one that is left out is missing, and those of other names do not matter. */
function rowsOfTable(
  names: readonly string[],
  rows: readonly RequestRow[],
  columns: readonly string[] = names,
): RequestRow[] {
  const places = new Map(names.map((name, place) => [name, place]));
  if (columns.length > 0 && !columns.some((name) => places.has(name))) {
    const [found, wanted] = [names, columns].map((some) => some.slice(0, 5).join("', '"));
    throw new RejectedRecord(
      'columns',
      `captured input has the columns '${found}', of which the model has none: it has '${wanted}'`,
    );
  }
  const order = columns.map((name) => places.get(name) ?? -1);
  return rows.map((row) => order.map((place) => row[place] ?? ''));
}

// The forms of SageMaker's "common data formats for inference", and those of MLflow's servers:
// https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
// In training data, too, true is 1 and false is 0, and what is not finite is not a number.
const cell = z.pipe(
  z.union([z.number(), z.literal([Infinity, -Infinity]), z.string(), z.boolean(), z.null()]),
  z.transform((value) => {
    if (typeof value === 'string') return value;
    return value !== null && Number.isFinite(Number(value)) ? Number(value) : Number.NaN;
  }),
);
const element = z.union([cell, z.array(z.unknown())]);
const row = z.array(element);
const withFeatures = z.object({ features: row });
const namedCells = z.record(z.string(), element);
const item = z.union([cell, row, withFeatures, namedCells]);
const list = z.array(item);
const split = z.object({ columns: z.array(z.string()), data: z.array(row) });
const inputs = z.union([list, cell, z.record(z.string(), row)]);
const document = z.union([
  list,
  z.object({ instances: list }),
  split,
  z.object({ dataframe_split: split }),
  z.object({ dataframe_records: z.array(namedCells) }),
  z.object({ inputs: z.array(namedTensor).check(z.minLength(1)) }),
  z.object({ inputs }),
  withFeatures,
  namedCells,
]);

type NamedCells = z.infer<typeof namedCells>;
type Item = z.infer<typeof item>;
type Split = z.infer<typeof split>;
type Inputs = z.infer<typeof inputs>;
type Document = z.infer<typeof document>;

const isTensor = (value: unknown): value is Tensor => Array.isArray(value);
const isCell = (value: unknown): value is Cell => typeof value !== 'object';
const isInstances = (value: object): value is { readonly instances: Item[] } =>
  'instances' in value && Array.isArray(value.instances);
const isSplit = (value: object): value is Split => 'columns' in value && 'data' in value;
const hasTensors = (value: object): value is { readonly inputs: NamedTensor[] } =>
  'inputs' in value && namedTensor.safeParse((value.inputs as unknown[])[0]).success;
const hasFeatures = (value: object): value is { readonly features: RequestRow } =>
  'features' in value && Array.isArray(value.features);
