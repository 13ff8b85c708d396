import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A model that answers rows of numbers with one number each. */
export interface OnnxModel {
  /** Numbers of a row. */
  readonly features: number;
  /**
   * One prediction a row: the probability of class 1, or the value of a regression.
   *
   * @throws InvalidRowsError if a row has another number of features than the model
   */
  predict(rows: readonly (readonly number[])[]): Promise<number[]>;
}

/** What was asked does not fit the model: the caller's mistake. */
export class InvalidRowsError extends Error {
  override readonly name = 'InvalidRows';
}

/** The model's answer is not a number: the model's mistake. */
export class InvalidAnswerError extends Error {
  override readonly name = 'InvalidAnswer';
}

/**
 * Loads a model as scikit-learn's converter writes it: one float input of rows; probabilities of two classes,
 * or one value a row. A model whose batch is fixed to one row is run row by row.
 *
 * @throws Error if the bytes are not such a model
 */
export async function loadOnnxModel(bytes: Uint8Array): Promise<OnnxModel> {
  const session = await InferenceSession.create(bytes);
  const { input, features, isSingleRow } = inputOf(session);
  const { output, columns } = outputOf(session);
  const run = async (rows: Rows, first: number): Promise<number[]> => {
    const results = await session.run({ [input]: tensorOf(rows, features, first) }, [output]);
    const { data } = results[output] as Tensor;
    return rows.map((_, row) => finite(Number(data[row * columns + columns - 1]), first + row));
  };
  return {
    features,
    async predict(rows) {
      if (!isSingleRow) return rows.length === 0 ? [] : run(rows, 0);
      const predictions: number[] = [];
      for (const [index, row] of rows.entries()) predictions.push(...(await run([row], index)));
      return predictions;
    },
  };
}

type Rows = readonly (readonly number[])[];

function inputOf({ inputMetadata }: InferenceSession) {
  const [input, ...others] = inputMetadata;
  const shape = input?.isTensor && input.type === 'float32' ? input.shape : [];
  const [batch, features] = shape;
  if (!input || others.length > 0 || shape.length !== 2 || typeof features !== 'number') {
    throw new Error(
      `the ONNX model takes ${JSON.stringify(inputMetadata)}, but one input float32 [rows, features] is needed: export it with to_onnx(model, features[:1])`,
    );
  }
  if (typeof batch === 'number' && batch > 1) {
    throw new Error(
      `the ONNX model takes ${batch} rows at a time, no more and no fewer: export it with a batch of any size, FloatTensorType([None, ${features}])`,
    );
  }
  return { input: input.name, features, isSingleRow: batch === 1 };
}

/** Classifiers also return a label; the numbers are the float output. */
function outputOf({ outputMetadata }: InferenceSession): { output: string; columns: number } {
  for (const output of outputMetadata) {
    if (!output.isTensor || output.type !== 'float32') continue;
    const columns = output.shape.length === 1 ? 1 : output.shape[1];
    if (columns === 1 || columns === 2) return { output: output.name, columns };
  }
  throw new Error(
    `the ONNX model returns ${JSON.stringify(outputMetadata)}, but an output float32 [rows, 1 or 2] is needed: it serves binary classifiers, exported with zipmap off, and regressions`,
  );
}

/** @param first index of the first of the rows among those that the caller sent */
function tensorOf(rows: Rows, features: number, first: number): Tensor {
  const data = new Float32Array(rows.length * features);
  rows.forEach((row, index) => {
    if (row.length !== features) {
      throw new InvalidRowsError(
        `row ${first + index + 1} has ${row.length} columns, but the model takes ${features} features`,
      );
    }
    data.set(row, index * features);
  });
  const beyond = data.findIndex((value) => !Number.isFinite(value));
  if (beyond >= 0) {
    const [row, column] = [Math.floor(beyond / features), beyond % features];
    throw new InvalidRowsError(
      `row ${first + row + 1}, column ${column + 1} is ${rows[row]?.[column]}, which is beyond the numbers of 32 bits that the model takes (3.4e38)`,
    );
  }
  return new Tensor('float32', data, [rows.length, features]);
}

function finite(prediction: number, row: number): number {
  if (Number.isFinite(prediction)) return prediction;
  throw new InvalidAnswerError(`the model answers row ${row + 1} with ${prediction}, which is not a number`);
}
