import type { ModelSignature, SignatureInput } from '../../contracts/model-signature';
import type { Row } from '../domain/data/cell';
import { fieldOf, InvalidRowsError, type RequestCell, type RequestRow, textOf } from '../inference/rows';

/**
 * Cells of rows in the order of a signature's columns, as CSV has them.
 *
 * @throws InvalidRowsError if a row has other columns, or a cell of another type
 */
export function cellsBySignature({ inputs }: ModelSignature, rows: readonly RequestRow[]): Row[] {
  const places = new Map(inputs.map(({ name }, place) => [name, place]));
  return rows.map((row, index) => {
    const given = isList(row) ? listed(row, inputs, index + 1) : named(row, inputs, places, index + 1);
    return inputs.map((input, place) => cellOf(given[place], input, index + 1));
  });
}

function listed(row: readonly RequestCell[], inputs: readonly SignatureInput[], number: number) {
  if (row.length === inputs.length) return row;
  throw new InvalidRowsError(
    `row ${number} has ${row.length} columns, but the model takes ${inputs.length} features`,
    fieldOf(number),
  );
}

function named(
  row: Readonly<Record<string, RequestCell>>,
  inputs: readonly SignatureInput[],
  places: ReadonlyMap<string, number>,
  number: number,
): (RequestCell | undefined)[] {
  const unknown = Object.keys(row).find((name) => !places.has(name));
  if (unknown !== undefined) {
    throw new InvalidRowsError(
      `row ${number} has a column '${unknown}', but the model has none of that name`,
      fieldOf(number, unknown),
    );
  }
  return inputs.map(({ name }) => (Object.hasOwn(row, name) ? row[name] : undefined));
}

function cellOf(cell: RequestCell | undefined, input: SignatureInput, number: number): number | string {
  const { name, type, optional } = input;
  if (cell === undefined || cell === null) {
    if (optional) return '';
    const problem = cell === undefined ? `has no column '${name}'` : `, column '${name}' is null`;
    throw new InvalidRowsError(
      `row ${number}${cell === undefined ? ' ' : ''}${problem}, but the model needs a value`,
      fieldOf(number, name),
    );
  }
  const { takes, wanted } = TYPES[type];
  if (takes(cell)) return typeof cell === 'number' ? cell : String(cell);
  throw new InvalidRowsError(
    `row ${number}, column '${name}' is ${textOf(cell)}, but the model takes ${wanted}`,
    fieldOf(number, name),
  );
}

interface CellType {
  readonly takes: (cell: RequestCell) => boolean;
  readonly wanted: string;
}

const isNumber = (cell: RequestCell) => typeof cell === 'number' && Number.isFinite(cell);
const isText = (cell: RequestCell) => typeof cell === 'string';

/** CSV has no cells with lists: images and the like go to the endpoint itself. */
const TYPES: Readonly<Record<SignatureInput['type'], CellType>> = {
  number: { takes: (cell) => isNumber(cell) || typeof cell === 'boolean', wanted: 'a number' },
  integer: { takes: Number.isSafeInteger, wanted: 'a whole number' },
  boolean: { takes: (cell) => typeof cell === 'boolean', wanted: 'true or false' },
  category: { takes: isText, wanted: 'a text' },
  text: { takes: isText, wanted: 'a text' },
  date: { takes: (cell) => isText(cell) || isNumber(cell), wanted: 'a date' },
  tensor: { takes: () => false, wanted: 'a tensor, which only the endpoint itself takes' },
};

function isList(row: RequestRow): row is readonly RequestCell[] {
  return Array.isArray(row);
}
