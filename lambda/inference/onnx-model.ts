import { env, InferenceSession } from 'onnxruntime-node';
import type { ModelSignature } from '../../contracts/model-signature';
import { servedModel, UnservableModelError } from '../domain/onnx/served-graph';
import {
  answerOf,
  checkRoom,
  InvalidAnswerError,
  joined,
  type ModelAnswer,
  neededOutputs,
  scoresOf,
} from './model-answer';
import { numberTensor, type PlainRows, plainRows } from './plain-tensor';
import { RequestColumns } from './request-columns';
import { tensorsOf } from './request-tensors';
import { fieldOf, InvalidRowsError, type RequestCell, type Rows } from './rows';

/** What a model made of rows. */
export interface Predicted {
  readonly answer: ModelAnswer;
  /** The rows with their cells in the order of the model's columns. */
  readonly cells: readonly (readonly RequestCell[])[];
}

/** A model that takes memory, which the garbage collector does not know of. */
export interface LoadedModel extends OnnxModel {
  /** Gives the memory back when all predictions have ended; there must be no further ones. */
  release(): void;
}

type Tensors = PlainRows['tensors'];

/** A model that answers rows. */
export interface OnnxModel {
  /** Undefined if nothing but the model tells what it takes. */
  readonly signature?: ModelSignature | undefined;
  /**
   * @throws InvalidRowsError if rows do not fit the model, or an answer has no room for all of them
   * @throws InvalidAnswerError if the model answers with what is not a number
   */
  predict(rows: Rows): Promise<Predicted>;
  /**
   * Predicts rows of numbers, as {@link predict} does.
   *
   * @param values row after row; NaN where one is missing
   * @returns undefined if anything must be told of a row, or the model takes other rows: `predict` does both
   */
  predictNumbers?(values: Float64Array, rows: number): Promise<ModelAnswer | undefined>;
}

export interface ModelOptions {
  /** Threads that share a prediction. @default - one for each processor that onnxruntime sees */
  readonly threads?: number;
}

/**
 * Loads a model. One whose batch is fixed to one row is run row by row.
 *
 * @param signature names the columns of rows, and tells which of them may be left out
 * @throws UnservableModelError if requests could not fill its inputs, or its outputs hold no answer
 */
export async function loadOnnxModel(
  bytes: Uint8Array,
  signature?: ModelSignature,
  { threads }: ModelOptions = {},
): Promise<LoadedModel> {
  const { model, graph } = servedModel(bytes);
  const session = await InferenceSession.create(model, {
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  }).catch((cause: Error) => {
    throw new UnservableModelError(
      `onnxruntime ${env.versions.node} cannot load the ONNX model: ${cause.message}; export it for a lower opset, and with operators that onnxruntime has`,
      { cause },
    );
  });
  const columns = new RequestColumns(graph.inputs, signature);
  const outputs = neededOutputs(graph);
  const run = async (cells: Predicted['cells'], tensors: Tensors, first: number): Promise<ModelAnswer> => {
    let results: InferenceSession.ReturnType;
    try {
      results = await session.run(tensors, outputs);
    } catch (cause) {
      throw unknownCategory(cells, columns, first, cause as Error) ?? cause;
    }
    try {
      return answerIn(results, cells.length, first);
    } catch (error) {
      throw missingCell(error as Error, cells, columns, first) ?? error;
    }
  };
  const answerIn = (results: InferenceSession.ReturnType, rows: number, first: number): ModelAnswer => {
    const answer = answerOf(results, graph, rows, first);
    // Graphs may declare another shape than their answers have: skl2onnx 1.20 does of forests of several
    // values.
    const [score] = scoresOf(answer);
    if (Array.isArray(score)) checkRoom(rows, graph, score.length);
    return answer;
  };
  const runEach = async (cells: Predicted['cells']): Promise<ModelAnswer> => {
    const answers: ModelAnswer[] = [];
    for (const [index, row] of cells.entries())
      answers.push(await run([row], tensorsOf([row], columns, index), index));
    return joined(answers);
  };
  let running = 0;
  let isReleased = false;
  const end = () => {
    if (isReleased && running === 0) void session.release();
  };
  return {
    signature,
    async predict(rows) {
      checkRoom(rows.length, graph);
      running++;
      try {
        const plain = graph.isSingleRow ? undefined : plainRows(rows, columns);
        if (plain) return { answer: await run(plain.cells, plain.tensors, 0), cells: plain.cells };
        const cells = rows.map((row, index) => columns.cellsOf(row, index + 1));
        if (graph.isSingleRow || cells.length === 0) return { answer: await runEach(cells), cells };
        return { answer: await run(cells, tensorsOf(cells, columns, 0), 0), cells };
      } finally {
        running--;
        end();
      }
    },
    async predictNumbers(values, rows) {
      const tensors = graph.isSingleRow ? undefined : numberTensor(values, rows, columns);
      if (!tensors) return undefined;
      running++;
      try {
        return answerIn(await session.run(tensors, outputs), rows, 0);
      } catch (error) {
        if (error instanceof InvalidAnswerError || error instanceof InvalidRowsError) return undefined;
        throw error;
      } finally {
        running--;
        end();
      }
    },
    release() {
      isReleased = true;
      end();
    },
  };
}

/** What the caller left out if a model answers no number for a row; undefined if nothing is missing. */
function missingCell(
  error: Error,
  cells: Predicted['cells'],
  columns: RequestColumns,
  first: number,
): InvalidRowsError | undefined {
  if (!(error instanceof InvalidAnswerError) || error.row === undefined) return undefined;
  const missing = cells[error.row - first]?.indexOf(null) ?? -1;
  if (missing < 0) return undefined;
  // The model may take missing values in other columns: it alone knows.
  return new InvalidRowsError(
    `row ${error.row + 1}, column ${columns.nameOf(missing)} has no value, and the model answers no number without one`,
    fieldOf(error.row + 1, columns.all[missing]?.name),
  );
}

/**
 * What the caller did wrong if a model fails on a category that it has not learned, as encoders do that are
 * to refuse them (`handle_unknown='error'`); undefined if that can't be it.
 */
function unknownCategory(
  cells: Predicted['cells'],
  { all }: RequestColumns,
  first: number,
  cause: Error,
): InvalidRowsError | undefined {
  for (const [index, row] of cells.entries()) {
    for (const [place, { name, described }] of all.entries()) {
      const { categories, optional } = described ?? {};
      const cell = row[place] as RequestCell;
      if (!categories || categories.includes(String(cell)) || (cell === null && optional)) continue;
      const known = categories.length > 10 ? [...categories.slice(0, 10), '...'] : categories;
      return new InvalidRowsError(
        `row ${first + index + 1}, column '${name}' is ${JSON.stringify(cell)}, and the model, which learned ${known.join(', ')}, fails on it: ${cause.message}`,
        fieldOf(first + index + 1, name),
        { cause },
      );
    }
  }
  return undefined;
}
