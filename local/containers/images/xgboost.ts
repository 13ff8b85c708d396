import type { ImageFamily, ImageVersion } from './image-family';

const NEEDED = {
  threadpoolctl: '3.6.0',
  joblib: '1.5.3',
  'python-dateutil': '2.9.0.post0',
  pytz: '2025.2',
  six: '1.17.0',
  tzdata: '2025.2',
  packaging: '25.0',
  protobuf: '6.33.1',
};

const VERSIONS: readonly ImageVersion[] = [
  {
    // aws/deep-learning-containers, docker/xgboost/3.0-5: Dockerfile and requirements.txt
    version: '3.0-5',
    python: '3.10',
    libraries: {
      xgboost: '3.0.5',
      'scikit-learn': '1.5.2',
      numpy: '2.1.0',
      scipy: '1.15.0',
      pandas: '2.2.3',
    },
    instead: {},
    besides: NEEDED,
  },
  {
    // aws/deep-learning-containers, docker/xgboost: Dockerfile and pyproject.toml
    version: '3.2-0',
    python: '3.12',
    libraries: {
      xgboost: '3.2.0',
      'scikit-learn': '1.8.0',
      numpy: '2.1.0',
      scipy: '1.15.0',
      pandas: '2.2.3',
    },
    instead: { '3.10': { 'scikit-learn': '1.7.2' } },
    besides: NEEDED,
  },
];

/** https://github.com/aws/sagemaker-xgboost-container */
export const XGBOOST: ImageFamily = {
  name: 'XGBoost',
  repository: 'sagemaker-xgboost',
  serving: 'xgboost_image',
  training: 'sagemaker-containers',
  tagsOf: (version) => [version, `${version}-cpu-py3`],
  versions: VERSIONS,
};
