import { type GraphInput, UnservableModelError } from './served-graph';

/** A cell of each row, and where it goes. */
export interface GraphColumn {
  /** Undefined if nothing names the column. */
  readonly name?: string;
  readonly input: GraphInput;
  /** First element of the input's row that it fills. */
  readonly at: number;
  /** Elements that it fills: more than one if it is a tensor. */
  readonly width: number;
}

/**
 * The columns that inputs take, in their order. An input of one dimension takes a column for each element.
 */
export function graphColumns(inputs: readonly GraphInput[]): GraphColumn[] {
  return inputs.flatMap((input) => {
    const { name, shape, width } = input;
    if (shape.length !== 1 || width === 1) return [{ name, input, at: 0, width }];
    return Array.from({ length: width }, (_, at) => ({ input, at, width: 1 }));
  });
}

/**
 * The columns of a table that inputs take, in the table's order: by their names if each column has an input
 * of its name, or else in the order of the inputs.
 *
 * @param names of the table's columns
 * @throws UnservableModelError if there are more or fewer columns, or only some of them have inputs
 */
export function namedColumns(inputs: readonly GraphInput[], names: readonly string[]): GraphColumn[] {
  const columns = graphColumns(inputs);
  if (columns.length !== names.length) {
    throw new UnservableModelError(
      `the ONNX model takes ${columns.length} columns, but there are ${names.length} features (${inShort(names)}): export it with the features that it was trained on`,
    );
  }
  const byName = new Map(columns.map((column) => [column.name, column]));
  const found = names.filter((name) => byName.has(name));
  // An input of several columns does not name them; the others are where their names are.
  const inOrder = columns.every(({ name }, index) => name === undefined || name === names[index]);
  if (found.length === 0 || names.length === 1 || (inOrder && found.length < names.length))
    return names.map((name, index) => ({ ...(columns[index] as GraphColumn), name }));
  const missing = names.filter((name) => !byName.has(name));
  if (missing.length === 0) return names.map((name) => byName.get(name) as GraphColumn);
  throw new UnservableModelError(
    `the ONNX model has no inputs for the features ${inShort(missing)}, but has some for ${inShort(found)}: name its inputs as the features are`,
  );
}

function inShort(names: readonly string[]): string {
  return names.length > 10 ? `${names.slice(0, 10).join(', ')}, ...` : names.join(', ');
}
