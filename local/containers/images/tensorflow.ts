import type { ImageFamily, ImageVersion } from './image-family';

/** What TensorFlow 2.19.0 and 2.20.0 need, and what else scripts may use that train there. */
const NEEDED = {
  numpy: '2.1.3',
  scipy: '1.15.3',
  pandas: '2.2.3',
  'scikit-learn': '1.7.2',
  keras: '3.10.0',
  protobuf: '5.29.5',
  requests: '2.32.5',
  packaging: '25.0',
};

/** One for training and serving, so that they share an environment. */
const IMAGE_2_19: ImageVersion = {
  version: '2.19',
  python: '3.12',
  libraries: { tensorflow: '2.19.0' },
  instead: { '3.13': { tensorflow: '2.20.0' } },
  besides: NEEDED,
};

/** AWS's images by account, tags from docs/src/data of aws/deep-learning-containers, August 2026. */
const tagsOf = (version: string): string[] => [
  `${version}.0-cpu-py312`,
  `${version}.0-cpu-py312-ubuntu22.04-sagemaker`,
  `${version}-cpu-py312-ubuntu22.04-sagemaker-v1`,
  `${version}.0-cpu-py312-sagemaker`,
  `${version}-cpu-py312-sagemaker`,
  `${version}-cpu-py312`,
];

/**
 * aws/deep-learning-containers, tensorflow/training/docker/2.19/py3/Dockerfile.cpu: its
 * `sagemaker-tensorflow-training` runs scripts as `sagemaker-training` does, unless a job has several hosts.
 */
export const TENSORFLOW_TRAINING: ImageFamily = {
  name: 'TensorFlow training',
  repository: 'tensorflow-training',
  training: 'sagemaker-training',
  tagsOf,
  versions: [IMAGE_2_19],
};

/** aws/deep-learning-containers, tensorflow/inference/docker/2.19/py3/Dockerfile.cpu */
export const TENSORFLOW_INFERENCE_2_19: ImageFamily = {
  name: 'TensorFlow inference',
  repository: 'tensorflow-inference',
  serving: 'tensorflow_2_19_image',
  tagsOf: (version) => [`${version}.0-cpu`, ...tagsOf(version)],
  versions: [IMAGE_2_19],
};

/** aws/deep-learning-containers, docker/tensorflow/inference/2.20: Dockerfile.cpu and cpu/pyproject.toml */
export const TENSORFLOW_INFERENCE: ImageFamily = {
  name: 'TensorFlow inference',
  repository: 'tensorflow-inference',
  serving: 'tensorflow_image',
  tagsOf: (version) => [
    `${version}.0-cpu-py312`,
    `${version}-cpu-py312-amzn2023-sagemaker-v1`,
    `${version}-cpu-py312`,
  ],
  versions: [
    {
      version: '2.20',
      python: '3.12',
      libraries: { tensorflow: '2.20.0' },
      instead: {},
      besides: NEEDED,
    },
  ],
};
