import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainingPaths } from '../../local/containers/training-container';
import type { TrainingContainers } from '../../local/services/sagemaker/jobs/training-containers';
import { type Behaviour, MODEL_FILE } from './in-process-models';
import { onnxOf } from './in-process-onnx';

/** Where a model would be, its behaviour is. */
const TRAINED: Behaviour = 'good';

/** Training jobs without Python: each leaves a model that answers well. */
export const inProcessTrainings: TrainingContainers = {
  async prepare() {
    return ({ root }) => {
      const { model, outputData } = trainingPaths(root);
      for (const folder of [model, outputData]) mkdirSync(folder, { recursive: true });
      writeFileSync(join(model, MODEL_FILE), onnxOf(TRAINED));
      const exited = Promise.resolve({ code: 0, signal: null });
      return { exited, kill: () => exited };
    };
  },
};
