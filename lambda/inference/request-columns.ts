import type { ModelSignature, SignatureInput } from '../../contracts/model-signature';
import { type GraphColumn, graphColumns, namedColumns } from '../domain/onnx/graph-columns';
import type { GraphInput } from '../domain/onnx/served-graph';
import { fieldOf, InvalidRowsError, type RequestCell, type RequestRow, textOf } from './rows';

/** A cell of each row, where it goes, and what is known of it. */
export interface RequestColumn extends GraphColumn {
  /** Undefined if nothing but the graph tells of the column. */
  readonly described?: SignatureInput | undefined;
}

/** The columns of a model's requests, in order: those of its signature, or else of its graph. */
export class RequestColumns {
  readonly all: readonly RequestColumn[];
  /**
   * The input, if there is one alone, each of whose elements is a column that holds a floating-point number.
   */
  readonly ofFloats?: GraphInput & { readonly type: 'float32' | 'float64' };

  /** @throws UnservableModelError if the signature is of another model */
  constructor(
    private readonly inputs: readonly GraphInput[],
    signature: ModelSignature | undefined,
  ) {
    const names = signature?.inputs.map(({ name }) => name);
    this.all = (names ? namedColumns(inputs, names) : graphColumns(inputs)).map((column, index) => ({
      ...column,
      described: signature?.inputs[index],
    }));
    const [input] = inputs;
    const isPlain =
      inputs.length === 1 && this.all.every(({ at, width }, place) => width === 1 && at === place);
    if (input && isPlain && hasFloats(input)) this.ofFloats = input;
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
      `row ${number} has ${row.length} columns, but the model takes ${this.all.length} features${this.named()}`,
      fieldOf(number),
    );
  }

  /** As errors name a column. */
  nameOf(place: number): string {
    const name = this.all[place]?.name;
    return name === undefined ? String(place + 1) : `'${name}'`;
  }

  private cellsByName(row: Readonly<Record<string, RequestCell>>, number: number): readonly RequestCell[] {
    if (this.all.some(({ name }) => name === undefined)) return this.cellsByInput(row, number);
    const unknown = Object.keys(row).find((name) => !this.all.some((column) => column.name === name));
    if (unknown !== undefined)
      throw new InvalidRowsError(
        `row ${number} has a column '${unknown}', but the model has none of that name${this.named()}`,
        fieldOf(number, unknown),
      );
    return this.all.map(({ name = '', described }) => {
      if (Object.hasOwn(row, name)) return row[name] as RequestCell;
      if (described?.optional) return null;
      throw new InvalidRowsError(`row ${number} has no column '${name}'`, fieldOf(number, name));
    });
  }

  /** Where nothing names the columns of an input, it takes a list of their cells. */
  private cellsByInput(row: Readonly<Record<string, RequestCell>>, number: number): RequestCell[] {
    const unknown = Object.keys(row).find((name) => !this.inputs.some((input) => input.name === name));
    if (unknown !== undefined) {
      throw new InvalidRowsError(
        `row ${number} has a column '${unknown}', but the model takes ${this.inputs.map(({ name }) => `'${name}'`).join(', ')}`,
        fieldOf(number, unknown),
      );
    }
    return this.inputs.flatMap((input) => {
      const cell = Object.hasOwn(row, input.name) ? row[input.name] : undefined;
      if (cell === undefined) {
        throw new InvalidRowsError(
          `row ${number} has no column '${input.name}'`,
          fieldOf(number, input.name),
        );
      }
      if (input.shape.length !== 1 || input.width === 1) return [cell];
      if (isList(cell) && cell.length === input.width) return [...cell];
      throw new InvalidRowsError(
        `row ${number}, column '${input.name}' must be a list of ${input.width} cells, got ${textOf(cell)}`,
        fieldOf(number, input.name),
      );
    });
  }

  /** Names of the columns, for who sent others. */
  private named(): string {
    const names = this.all.flatMap(({ name }) => (name === undefined ? [] : [name]));
    if (names.length < this.all.length) return '';
    const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
    return `: ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
  }
}

const MOST_NAMED = 20;

function hasFloats(input: GraphInput): input is NonNullable<RequestColumns['ofFloats']> {
  return input.type === 'float32' || input.type === 'float64';
}

export function isList(value: unknown): value is readonly RequestCell[] {
  return Array.isArray(value);
}
