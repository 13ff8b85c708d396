import type { ScorePartProps } from '../batch/score-part';
import type { LoadedModels } from '../inference/loaded-models';
import { predictRows } from './predict-rows';

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
      end: () => {},
    };
  };
}
