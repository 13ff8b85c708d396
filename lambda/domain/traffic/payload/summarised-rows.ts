import { type Cell, numberOf, type Row } from '../../data/cell';
import { type ModelInput, sizesOf, summaryOf } from '../../data/tensor-summary';
import type { Payload } from './payload';
import { type RequestCell, type RequestRow, requestRows } from './request-rows';

/**
 * Rows of a request to a model that takes tensors, with the features of `featuresOfInputs` in the place of
 * its inputs. An input that a row lacks, or whose tensor has other dimensions, is missing.
 *
 * @throws RejectedRecord
 */
export function summarisedRows(recorded: Payload, inputs: readonly ModelInput[]): Row[] {
  const names = inputs.map(({ name }) => name);
  return requestRows(recorded, names).map((row) => {
    const cells = cellsOf(row, inputs);
    return inputs.flatMap(({ rank }, place): Cell[] => {
      const cell = cells[place];
      if (rank > 0) return summaryOf(cell, rank);
      return [typeof cell === 'string' || typeof cell === 'number' ? cell : Number.NaN];
    });
  });
}

/** A row of a model with one input may be the tensor itself, without a name or a list around it. */
function cellsOf(
  row: RequestRow,
  [first, ...others]: readonly ModelInput[],
): readonly (RequestCell | undefined)[] {
  const isTensor = others.length === 0 && first?.rank === 1 + sizesOf(row[0]).length;
  // In CSV, elements are texts.
  return isTensor ? [row.map((cell) => (typeof cell === 'string' ? numberOf(cell) : cell))] : row;
}
