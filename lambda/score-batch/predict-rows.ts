import type { RowAnswer } from '../batch/row-answer';
import { InvalidAnswerError } from '../inference/model-answer';
import type { OnnxModel } from '../inference/onnx-model';
import { InvalidRowsError, type Rows } from '../inference/rows';

/**
 * What a model makes of each row: where it refuses rows together, it gets each half of them, so that the rows
 * that it refuses are found and leave the others as they are.
 */
export async function predictRows(model: OnnxModel, rows: Rows): Promise<RowAnswer[]> {
  if (rows.length === 0) return [];
  try {
    const { predictions, probabilities } = (await model.predict(rows)).answer;
    return predictions.map((prediction, index) => ({
      prediction,
      ...(probabilities && { probabilities: probabilities[index] }),
    }));
  } catch (error) {
    if (!(error instanceof InvalidRowsError || error instanceof InvalidAnswerError)) throw error;
    // The output names the row by its place in the file.
    if (rows.length === 1) return [{ problem: error.message.replace(/\brow 1(, |: | )?/, '') }];
    const half = Math.ceil(rows.length / 2);
    return [
      ...(await predictRows(model, rows.slice(0, half))),
      ...(await predictRows(model, rows.slice(half))),
    ];
  }
}
