import { newestVersion, PublishedImage } from './published-image';
import type { ServingFramework } from './serving-framework';

/**
 * NVIDIA's Triton Inference Server as AWS publishes it. Its registry is that of the other Deep Learning
 * Containers: `sagemaker-tritonserver.json` of sagemaker-core 2.27.0 has 763104351884 in us-east-1 and
 * us-east-2 for all versions from 23.12 to 26.05. 007439368137, the `example_ecr_account` of
 * `docs/src/data/sagemaker-tritonserver` in aws/deep-learning-containers (2026-08-21), is the earlier
 * registry in us-east-2 alone (785573368785 in us-east-1).
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
