import { Tensor } from 'onnxruntime-node';
import type { GraphInput } from '../domain/onnx/served-graph';
import { ELEMENT_READERS } from './cell-elements';
import { isList, type RequestColumns } from './request-columns';
import { fieldOf, InvalidRowsError, type RequestCell, textOf } from './rows';

type CellRow = readonly RequestCell[];

/**
 * The tensors of a model's inputs, by their names.
 *
 * @param first index of the first of the rows among those that the caller sent
 * @throws InvalidRowsError if a cell does not fit its column
 */
export function tensorsOf(
  rows: readonly CellRow[],
  columns: RequestColumns,
  first: number,
): Record<string, Tensor> {
  const problems = new Problems();
  const inputs = new Map<GraphInput, ReturnType<(typeof ELEMENT_READERS)['float32']['array']>>();
  for (const [place, column] of columns.all.entries()) {
    const { input, at, width } = column;
    const { array, read } = ELEMENT_READERS[input.type];
    const data = inputs.get(input) ?? array(rows.length * input.width);
    inputs.set(input, data);
    for (const [row, cells] of rows.entries()) {
      const elements = width > 1 ? flat(cells[place] as RequestCell) : [cells[place] as RequestCell];
      const number = first + row + 1;
      const where = {
        text: `row ${number}, column ${columns.nameOf(place)}`,
        field: fieldOf(number, column.name),
      };
      if (elements.length !== width) {
        problems.add(where, cells[place], `but the model takes a tensor of ${input.shape.join(' x ')}`);
        continue;
      }
      for (let i = 0; i < width; i++) {
        const found = read(elements[i] as RequestCell);
        if ('problem' in found) problems.add(where, elements[i], found.problem);
        else data[row * input.width + at + i] = found.value;
      }
    }
  }
  problems.throwIfAny();
  return Object.fromEntries(
    [...inputs].map(([{ name, type, shape }, data]) => [
      name,
      new Tensor(type as 'float32', data as Float32Array, [rows.length, ...shape]),
    ]),
  );
}

/** More than any tensor has: lists below that are no elements. */
const MOST_DIMENSIONS = 16;

function flat(cell: RequestCell, dimensions = MOST_DIMENSIONS): RequestCell[] {
  return isList(cell) && dimensions > 0 ? cell.flatMap((item) => flat(item, dimensions - 1)) : [cell];
}

const MOST_NAMED = 10;

interface CellPlace {
  readonly text: string;
  readonly field: string;
}

/** Cells that do not fit: the first ones are named, the others counted. */
class Problems {
  private readonly named: string[] = [];
  private count = 0;
  private field: string | undefined;

  add(where: CellPlace, cell: RequestCell | undefined, problem: string): void {
    if (++this.count > MOST_NAMED) return;
    this.field ??= where.field;
    this.named.push(`${where.text} is ${textOf(cell)}, ${problem}`);
  }

  /** @throws InvalidRowsError */
  throwIfAny(): void {
    if (this.count === 0) return;
    const more = this.count > MOST_NAMED ? [`and ${this.count - MOST_NAMED} more`] : [];
    throw new InvalidRowsError([...this.named, ...more].join('; '), this.field);
  }
}
