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

/**
 * Loads a model as scikit-learn's converter writes it: one float input of rows; probabilities of two classes, or one
 * value a row.
 *
 * @throws Error if the bytes are not such a model
 */
export async function loadOnnxModel(bytes: Uint8Array): Promise<OnnxModel> {
  const session = await InferenceSession.create(bytes);
  const { input, features } = inputOf(session);
  const { output, columns } = outputOf(session);
  return {
    features,
    async predict(rows) {
      if (rows.length === 0) return [];
      const results = await session.run({ [input]: tensorOf(rows, features) }, [output]);
      const { data } = results[output] as Tensor;
      return rows.map((_, row) => Number(data[row * columns + columns - 1]));
    },
  };
}

function inputOf({ inputMetadata }: InferenceSession): { input: string; features: number } {
  const [input, ...others] = inputMetadata;
  const shape = input?.isTensor && input.type === 'float32' ? input.shape : [];
  const features = shape[1];
  if (!input || others.length > 0 || shape.length !== 2 || typeof features !== 'number') {
    throw new Error(
      `the ONNX model takes ${JSON.stringify(inputMetadata)}, but one input float32 [rows, features] is needed: export it with to_onnx(model, features[:1])`,
    );
  }
  return { input: input.name, features };
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

function tensorOf(rows: readonly (readonly number[])[], features: number): Tensor {
  const data = new Float32Array(rows.length * features);
  rows.forEach((row, index) => {
    if (row.length !== features) {
      throw new InvalidRowsError(
        `row ${index + 1} has ${row.length} columns, but the model takes ${features} features`,
      );
    }
    data.set(row, index * features);
  });
  return new Tensor('float32', data, [rows.length, features]);
}
