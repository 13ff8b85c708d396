import type { ModelSignature, SignatureInput } from '../../contracts/model-signature';
import { isList } from '../inference/request-columns';
import { type RequestCell, type RequestRow, textOf } from '../inference/rows';
import { PoisonRecordError } from './poison-record-error';

/**
 * Cells of a row in the order of a model's columns, for a container that does not tell a request at fault
 * from one that it fails at.
 *
 * @param signature undefined of a version that has none: it takes lists, and nothing tells of which length
 * @throws PoisonRecordError if the row does not fit
 */
export function cellsInOrder(row: RequestRow, signature: ModelSignature | undefined): readonly RequestCell[] {
  if (!signature) {
    if (isList(row)) return row;
    throw new PoisonRecordError(
      'row',
      'the version has no signature, so that nothing tells the order of columns: send lists of cells',
    );
  }
  const { inputs } = signature;
  const cells = isList(row) ? row : cellsByName(row, inputs);
  if (cells.length !== inputs.length) {
    throw new PoisonRecordError(
      'row',
      `the record has ${cells.length} cells, but the model takes ${inputs.length} columns`,
    );
  }
  for (const [index, input] of inputs.entries()) checkCell(cells[index] as RequestCell, input);
  return cells;
}

function cellsByName(
  row: Readonly<Record<string, RequestCell>>,
  inputs: readonly SignatureInput[],
): RequestCell[] {
  const unknown = Object.keys(row).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    throw new PoisonRecordError(
      'row',
      `the record has a column '${unknown}', but the model has none of that name`,
    );
  }
  return inputs.map(({ name, optional }) => {
    if (Object.hasOwn(row, name)) return row[name] as RequestCell;
    if (optional) return null;
    throw new PoisonRecordError('row', `the record has no column '${name}'`);
  });
}

function checkCell(cell: RequestCell, { name, type, optional }: SignatureInput): void {
  if (cell === null && optional) return;
  const isNumber = typeof cell === 'number' || typeof cell === 'boolean';
  switch (type) {
    case 'number':
    case 'integer':
    case 'boolean':
      if (isNumber) return;
      break;
    case 'tensor':
      if (isList(cell)) return;
      break;
    default:
      if (isNumber || typeof cell === 'string') return;
  }
  throw new PoisonRecordError(
    'row',
    `column '${name}' is ${textOf(cell)}, but the model takes ${IN_WORDS[type]}`,
  );
}

const IN_WORDS: Readonly<Record<SignatureInput['type'], string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  category: 'a category',
  text: 'a text',
  date: 'a time',
  tensor: 'a list',
};
