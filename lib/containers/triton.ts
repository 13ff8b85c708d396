import { newestVersion, PublishedImage } from './published-image';
import type { ServingFramework } from './serving-framework';

/**
 * NVIDIA's Triton Inference Server as AWS publishes it.
 *
 * @param modelName of the model, or the ensemble, in the repository that the archive is
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deploy-models-frameworks-triton.html
 */
export function tritonServing(
  modelName: string,
  version = newestVersion('triton-inference'),
): ServingFramework {
  return {
    name: 'ServingContainer.triton',
    image: new PublishedImage({ image: 'triton-inference', version, wayOut: 'ServingContainer.custom' }),
    script: 'none',
    fetchesScripts: false,
    contentTypes: ['application/json', 'application/octet-stream'],
    files: [
      {
        // https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_repository.html
        pattern: `^${escaped(modelName)}/(\\d+/.+|config\\.pbtxt)$`,
        description: `the model ${modelName} of a Triton model repository, such as ${modelName}/config.pbtxt and ${modelName}/1/model.onnx`,
      },
    ],
    environment: () => ({ SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: modelName }),
  };
}

function escaped(text: string): string {
  return text.replace(/[^\w-]/g, '\\$&');
}
