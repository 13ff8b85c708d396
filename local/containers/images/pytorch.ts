import type { ImageFamily, ImageVersion } from './image-family';

/**
 * AWS's images of PyTorch by account, tags from docs/src/data of aws/deep-learning-containers, August 2026.
 */
const tagsOf = (version: string): string[] => [
  `${version}.0-cpu-py312-ubuntu22.04-sagemaker`,
  `${version}-cpu-py312-ubuntu22.04-sagemaker-v1`,
  `${version}.0-cpu-py312`,
  `${version}-cpu-py312`,
];

/**
 * One for both families, so that they share an environment. The images pin torch only; the others go with it.
 */
const IMAGE_2_6: ImageVersion = {
  version: '2.6',
  python: '3.12',
  libraries: { torch: '2.6.0' },
  instead: {},
  besides: {
    // AWS's own package, which serves in the inference image.
    'sagemaker-pytorch-inference': '2.0.25',
    numpy: '2.2.6',
    scipy: '1.15.3',
    pandas: '2.2.3',
    'scikit-learn': '1.7.2',
    packaging: '25.0',
  },
  // Some 200 MB instead of 3 GB: https://pytorch.org/get-started/locally/
  smallWheels: 'https://download.pytorch.org/whl/cpu',
};

/** aws/deep-learning-containers, pytorch/training/docker/2.6/py3/Dockerfile.cpu */
export const PYTORCH_TRAINING: ImageFamily = {
  name: 'PyTorch training',
  repository: 'pytorch-training',
  training: 'sagemaker-training',
  tagsOf,
  versions: [IMAGE_2_6],
};

/**
 * aws/deep-learning-containers, pytorch/inference/docker/2.6/py3/Dockerfile.cpu, and
 * https://github.com/aws/sagemaker-pytorch-inference-toolkit
 */
export const PYTORCH_INFERENCE: ImageFamily = {
  name: 'PyTorch inference',
  repository: 'pytorch-inference',
  serving: 'pytorch_image',
  tagsOf,
  versions: [IMAGE_2_6],
};
