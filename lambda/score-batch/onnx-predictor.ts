import type { ScorePartProps } from '../batch/score-part';
import type { LoadedModels } from '../inference/loaded-models';
import type { ModelOptions } from '../inference/onnx-model';
import { predictRows } from './predict-rows';

/**
 * Functions of other parts use the other processors: where several threads wait for each other in a loop, as
 * those of onnxruntime do, `npm run bench -- batch` took 1.6 times the processor time on two busy processors.
 */
export const BATCH_MODEL: ModelOptions = { threads: 1 };

/** Predicts with the ONNX model of the version that a run has pinned. */
export function onnxPredictor(models: Pick<LoadedModels, 'get' | 'keep'>): ScorePartProps['predictorOf'] {
  return async (_part, { plan: { modelVersion } }) => {
    // Of earlier runs, no model is needed any more.
    models.keep([modelVersion]);
    const model = await models.get(modelVersion);
    return {
      predict: (rows) =>
        predictRows(
          model,
          rows.map(({ request }) => request),
        ),
      predictNumbers: async ({ values, count }) => model.predictNumbers?.(values, count),
      end: () => {},
    };
  };
}
