import type { Tensor } from 'onnxruntime-node';
import type { ServedGraph } from '../domain/onnx/served-graph';
import { InvalidRowsError } from './rows';

/** What a model answers rows with. */
export interface ModelAnswer {
  /**
   * One for each row: the probability of class 1 of two, the value of a regression, the label of the
   * likeliest of several classes, or all numbers of a model that does not tell what they are.
   */
  readonly predictions: readonly (number | string | readonly number[])[];
  /** Of several classes, for each row. */
  readonly probabilities?: readonly (readonly number[])[];
  /** Labels of the classes in the order of their probabilities, if the model tells them. */
  readonly classes?: readonly (string | number)[];
  /** Further outputs by their names, one number a row, or several. */
  readonly outputs?: Readonly<Record<string, readonly (number | readonly number[])[]>>;
}

/** The model's answer is not a number: the model's mistake. */
export class InvalidAnswerError extends Error {
  override readonly name = 'InvalidAnswer';

  /** @param row index of the row among those that the caller sent, if it is about one */
  constructor(
    message: string,
    readonly row?: number,
  ) {
    super(message);
  }
}

/** Names of the outputs that {@link answerOf} reads. */
export function neededOutputs({ scores, label, others }: ServedGraph): string[] {
  const isNumber = scores?.width === 1 || scores?.width === 2;
  const ofLabel = label === undefined || isNumber ? [] : [label];
  return [...(scores?.outputs ?? []), ...ofLabel, ...others.map(({ name }) => name)];
}

/**
 * The answer in the tensors that a model has returned.
 *
 * @param first index of the first of the rows among those that the caller sent
 * @throws InvalidAnswerError if a number is not finite, or there are not as many of them for each row
 */
export function answerOf(
  results: Readonly<Record<string, unknown>>,
  graph: ServedGraph,
  rows: number,
  first: number,
): ModelAnswer {
  const read = (name: string) => {
    const numbers = numbersOf(results[name] as Tensor);
    if (numbers.length % rows === 0 && numbers.length > 0)
      return { name, numbers, width: numbers.length / rows };
    throw new InvalidAnswerError(
      `the model answers ${rows} rows with ${numbers.length} numbers in '${name}'`,
    );
  };
  const others = graph.others.map(({ name }) => {
    const { numbers, width } = read(name);
    checkFinite(numbers, width, first);
    return [name, width === 1 ? Array.from(numbers) : chunks(numbers, width)] as const;
  });
  const outputs = others.length > 0 ? { outputs: Object.fromEntries(others) } : {};
  const labels = () => Array.from((results[graph.label as string] as Tensor).data as string[], labelOf);
  if (!graph.scores) return { predictions: labels(), ...outputs };
  const { numbers, width } = together(graph.scores.outputs.map(read));
  if (width <= 2) {
    const predictions = lastOfRows(numbers, width);
    checkFinite(predictions, 1, first);
    return { predictions, ...outputs };
  }
  checkFinite(numbers, width, first);
  const ofRows = chunks(numbers, width);
  if (graph.label === undefined || !results[graph.label]) return { predictions: ofRows, ...outputs };
  const classes = graph.classes?.length === width ? { classes: graph.classes } : {};
  return { predictions: labels(), probabilities: ofRows, ...classes, ...outputs };
}

/** One answer to the rows of several. */
export function joined(answers: readonly ModelAnswer[]): ModelAnswer {
  const [first] = answers;
  if (!first) return { predictions: [] };
  const names = Object.keys(first.outputs ?? {});
  return {
    ...first,
    predictions: answers.flatMap(({ predictions }) => predictions),
    ...(first.probabilities && { probabilities: answers.flatMap((each) => each.probabilities ?? []) }),
    ...(first.outputs && {
      outputs: Object.fromEntries(
        names.map((name) => [name, answers.flatMap(({ outputs }) => outputs?.[name] ?? [])]),
      ),
    }),
  };
}

/** Numbers of each row, as monitors read them: of several classes their probabilities. */
export function scoresOf({ predictions, probabilities }: ModelAnswer): ModelAnswer['predictions'] {
  return probabilities ?? predictions;
}

/**
 * Refuses more rows than Lambda takes the answer of, before it is made: of its 6 MB
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html) a number takes 25 bytes at most,
 * as in `-1.2345678901234567e-10,`, and what else is in the answer a thousand.
 *
 * @param width numbers that a row is answered with, of those that the graph chooses as its answer
 * @throws InvalidRowsError with the number of rows that it takes
 */
export function checkRoom(rows: number, graph: ServedGraph, width = graph.scores?.width ?? 1): void {
  const { label, classes = [], others } = graph;
  const ofScores = width > 2 ? width * NUMBER + BRACKETS : NUMBER;
  const namesClasses = label !== undefined && width > 2;
  const ofLabel = namesClasses ? Math.max(NUMBER, ...classes.map(bytesOf)) : 0;
  const ofOthers = others.map((other) => (other.width ?? 1) * NUMBER + BRACKETS);
  const ofRow = ofScores + ofLabel + ofOthers.reduce((all, bytes) => all + bytes, 0);
  const ofClasses = namesClasses ? classes.reduce<number>((all, one) => all + bytesOf(one), 0) : 0;
  const most = Math.floor((6 * 1_048_576 - 1000 - ofClasses) / ofRow);
  if (rows <= most) return;
  throw new InvalidRowsError(`${rows} rows, but an answer holds the predictions of ${most} at most`);
}

const NUMBER = 25;
const BRACKETS = 3;

/** Bytes of a label and a comma, within JSON within JSON, as answers by HTTP are. */
function bytesOf(label: string | number): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(label))) + 1;
}

interface Numbers {
  readonly numbers: ArrayLike<number>;
  /** Of a row. */
  readonly width: number;
}

/** Columns of one tensor, or of one tensor each. */
function together(tensors: readonly Numbers[]): Numbers {
  const [first = { numbers: [], width: 1 }] = tensors;
  if (tensors.length === 1) return first;
  const numbers = Array.from(first.numbers, (_, row) =>
    tensors.map((each) => each.numbers[row] as number),
  ).flat();
  return { numbers, width: tensors.length };
}

/** What a tensor holds, whatever its type. */
function numbersOf({ data }: Tensor): ArrayLike<number> {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  return Array.from(data as Int32Array, Number);
}

function lastOfRows(numbers: ArrayLike<number>, width: number): number[] {
  const last = new Array<number>(numbers.length / width);
  for (let row = 0; row < last.length; row++) last[row] = numbers[(row + 1) * width - 1] as number;
  return last;
}

function labelOf(label: unknown): string | number {
  return typeof label === 'string' ? label : Number(label);
}

function chunks(numbers: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: numbers.length / width }, (_, row) =>
    Array.from({ length: width }, (_cell, index) => numbers[row * width + index] as number),
  );
}

function checkFinite(numbers: ArrayLike<number>, width: number, first: number): void {
  let index = 0;
  while (index < numbers.length && Number.isFinite(numbers[index])) index++;
  if (index === numbers.length) return;
  const row = first + Math.floor(index / width);
  throw new InvalidAnswerError(
    `the model answers row ${row + 1} with ${numbers[index]}, which is not a number`,
    row,
  );
}
