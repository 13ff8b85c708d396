import type { GraphInput } from '../domain/onnx/served-graph';
import { InvalidRowsError, type RequestCell, type RequestRow } from './rows';

/** A cell of each row, and where it goes. */
export interface RequestColumn {
  /** Undefined if the model does not name its columns: one input takes them all. */
  readonly name?: string;
  readonly input: GraphInput;
  /** First element of the input's row that it fills. */
  readonly at: number;
  /** Elements that it fills: more than one if it is a tensor. */
  readonly width: number;
}

/** The columns of a model's requests, in order. */
export class RequestColumns {
  readonly all: readonly RequestColumn[];

  constructor(private readonly inputs: readonly GraphInput[]) {
    this.all = inputs.flatMap(columnsOf);
  }

  /**
   * Cells of a row in the order of the columns.
   *
   * @param number of the row in the request, from 1
   * @throws InvalidRowsError if it has other columns
   */
  cellsOf(row: RequestRow, number: number): readonly RequestCell[] {
    if (!isList(row)) return this.cellsByName(row, number);
    const [only, ...others] = this.all;
    // Images and the like are rows themselves: no list of one cell is around them.
    if (only && others.length === 0 && only.width > 1 && row.length !== 1) return [row];
    if (row.length === this.all.length) return row;
    throw new InvalidRowsError(
      `row ${number} has ${row.length} columns, but the model takes ${this.all.length} features`,
    );
  }

  /** As errors name a column. */
  nameOf(place: number): string {
    const name = this.all[place]?.name;
    return name === undefined ? String(place + 1) : `'${name}'`;
  }

  private cellsByName(row: Readonly<Record<string, RequestCell>>, number: number): RequestCell[] {
    const unknown = Object.keys(row).find((name) => !this.inputs.some((input) => input.name === name));
    if (unknown !== undefined) {
      throw new InvalidRowsError(
        `row ${number} has a column '${unknown}', but the model takes ${this.inputs.map(({ name }) => `'${name}'`).join(', ')}`,
      );
    }
    return this.inputs.flatMap((input) => {
      const cell = Object.hasOwn(row, input.name) ? row[input.name] : undefined;
      if (cell === undefined) throw new InvalidRowsError(`row ${number} has no column '${input.name}'`);
      const isBlock = input.shape.length === 1 && input.width > 1;
      if (!isBlock) return [cell];
      if (isList(cell) && cell.length === input.width) return [...cell];
      throw new InvalidRowsError(
        `row ${number}, column '${input.name}' must be a list of ${input.width} cells, got ${JSON.stringify(cell)?.slice(0, 80)}`,
      );
    });
  }
}

function columnsOf(input: GraphInput): RequestColumn[] {
  const { name, shape, width } = input;
  if (shape.length !== 1 || width === 1) return [{ name, input, at: 0, width }];
  return Array.from({ length: width }, (_, at) => ({ input, at, width: 1 }));
}

export function isList(value: unknown): value is readonly RequestCell[] {
  return Array.isArray(value);
}
