import type { ImageFamily } from './image-family';

/**
 * aws/deep-learning-containers, huggingface/pytorch/inference/docker/2.6/py3/Dockerfile.cpu at a4d6f32, and
 * https://github.com/aws/sagemaker-huggingface-inference-toolkit. Later images have a toolkit that PyPI does
 * not have.
 */
export const HUGGING_FACE_INFERENCE: ImageFamily = {
  name: 'Hugging Face inference',
  repository: 'huggingface-pytorch-inference',
  serving: 'hugging_face_image',
  // Tags from docs/src/data of aws/deep-learning-containers, August 2026.
  tagsOf: (version) => [
    `2.6.0-transformers${version}-cpu-py312-ubuntu22.04`,
    `2.6.0-transformers${version}-cpu-py312`,
  ],
  versions: [
    {
      version: '4.49.0',
      python: '3.12',
      libraries: {
        torch: '2.6.0',
        transformers: '4.49.0',
        'huggingface-hub': '0.29.1',
        'sagemaker-huggingface-inference-toolkit': '2.4.1',
        'multi-model-server': '1.1.11',
      },
      instead: {},
      besides: {
        'sagemaker-inference': '1.10.1',
        protobuf: '3.20.2',
        sentencepiece: '0.2.0',
        numpy: '1.26.4',
        scipy: '1.15.3',
        packaging: '25.0',
      },
      // Some 200 MB instead of 3 GB: https://pytorch.org/get-started/locally/
      smallWheels: 'https://download.pytorch.org/whl/cpu',
    },
  ],
};
