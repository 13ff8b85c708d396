import type { ImageFamily, ImageVersion } from './image-family';

const NEEDED = {
  threadpoolctl: '3.6.0',
  'python-dateutil': '2.9.0.post0',
  pytz: '2025.2',
  six: '1.17.0',
  tzdata: '2025.2',
  packaging: '25.0',
};
const EARLIER_ONNX = {
  onnx: '1.18.0',
  protobuf: '5.29.5',
  skl2onnx: '1.18.0',
  'typing-extensions': '4.15.0',
};

const VERSIONS: readonly ImageVersion[] = [
  {
    // aws/sagemaker-scikit-learn-container, branch 1.2-1, requirements.txt
    version: '1.2-1',
    python: '3.9',
    libraries: { 'scikit-learn': '1.2.1', numpy: '1.24.1', scipy: '1.8.0', pandas: '1.1.3' },
    instead: {
      '3.10': { scipy: '1.9.3', pandas: '1.5.3' },
      '3.11': { scipy: '1.9.3', pandas: '1.5.3' },
      '3.12': { 'scikit-learn': '1.3.2', numpy: '1.26.4', scipy: '1.11.4', pandas: '2.1.4' },
      '3.13': { 'scikit-learn': '1.5.2', numpy: '2.1.3', scipy: '1.14.1', pandas: '2.2.3' },
    },
    besides: { ...NEEDED, ...EARLIER_ONNX, joblib: '1.3.2' },
  },
  {
    // aws/deep-learning-containers, docker/sklearn/1.4-2-py312: Dockerfile and requirements.txt
    version: '1.4-2-py312',
    python: '3.12',
    libraries: { 'scikit-learn': '1.4.2', numpy: '2.1.0', pandas: '2.3.2' },
    instead: { '3.13': { 'scikit-learn': '1.5.2' } },
    besides: { ...NEEDED, ...EARLIER_ONNX, scipy: '1.14.1', joblib: '1.5.3' },
  },
  {
    // aws/deep-learning-containers, docker/sklearn/1.9-0: Dockerfile, pyproject.toml and uv.lock
    version: '1.9-0',
    python: '3.12',
    libraries: {
      'scikit-learn': '1.9.0',
      numpy: '2.5.1',
      scipy: '1.18.0',
      pandas: '2.2.3',
      joblib: '1.5.3',
    },
    instead: {
      '3.10': { 'scikit-learn': '1.7.2', numpy: '2.2.6', scipy: '1.15.3' },
      '3.11': { numpy: '2.4.6', scipy: '1.17.1' },
    },
    besides: {
      ...NEEDED,
      narwhals: '2.29.0',
      'ml-dtypes': '0.5.4',
      onnx: '1.20.1',
      protobuf: '6.33.1',
      skl2onnx: '1.20.0',
      'typing-extensions': '4.15.0',
    },
  },
];

/** https://github.com/aws/sagemaker-scikit-learn-container */
export const SCIKIT_LEARN: ImageFamily = {
  name: 'scikit-learn',
  repository: 'sagemaker-scikit-learn',
  serving: 'scikit_learn_image',
  training: 'sagemaker-training',
  tagsOf: (version) => [`${version}-cpu-py3`, version],
  versions: VERSIONS,
};
