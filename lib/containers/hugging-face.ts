import { newestVersion, PublishedImage } from './published-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

/** `module_name` of `sagemaker-inference`, unless `SAGEMAKER_PROGRAM` names another one. */
const SCRIPT = 'inference\\.py';

/**
 * AWS's Deep Learning Container for Hugging Face's Transformers serves.
 *
 * @param task of a pipeline of Transformers, such as `text-classification`; the container finds it by the
 * model's architecture otherwise
 * @see https://github.com/aws/sagemaker-huggingface-inference-toolkit
 */
export function huggingFaceServing(
  task?: string,
  version = newestVersion('huggingface-inference'),
): ServingFramework {
  return {
    name: 'ServingContainer.huggingFace',
    image: new PublishedImage({ image: 'huggingface-inference', version, wayOut: 'ServingContainer.custom' }),
    // `decoder_encoder.py`: by itself it reads CSV with a header `inputs`.
    script: 'for-csv',
    fetchesScripts: false,
    contentTypes: ['text/csv', 'application/json'],
    files: [
      {
        // `load` of `handler_service.py`.
        pattern: `^(config\\.json|model_index\\.json|code/${SCRIPT})$`,
        description: 'a model as save_pretrained() writes it, with config.json at the root of the archive',
      },
    ],
    environment: (inferenceScript) => ({
      ...scriptEnvironment(inferenceScript),
      ...(task !== undefined && { HF_TASK: task }),
    }),
  };
}

/** AWS's Deep Learning Container for Hugging Face's Transformers trains. */
export function huggingFaceTraining(
  version = newestVersion('huggingface-training', 'huggingface-inference'),
): TrainingFramework {
  return {
    name: 'TrainingContainer.huggingFace',
    version,
    image: new PublishedImage({ image: 'huggingface-training', version, wayOut: 'TrainingContainer.custom' }),
    installsScripts: false,
  };
}
