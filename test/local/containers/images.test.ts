import { newestVersion } from '../../../lib/containers/published-image';
import {
  differenceOf,
  NEWEST_STAND_IN,
  nameOf,
  requirementsOf,
  STAND_INS,
  type StandIn,
  standInOf,
} from '../../../local/containers/images';
import { standInImage, standInOfUri } from '../../../local/services/ecr/stand-in-image';

const REGISTRY = '683313688378.dkr.ecr.us-east-1.amazonaws.com';

test('the newest image that AWS publishes has a stand-in, which is the default', () => {
  expect(NEWEST_STAND_IN.version).toBe(newestVersion('scikit-learn-training', 'scikit-learn-inference'));
});

test.each([
  [`${REGISTRY}/sagemaker-scikit-learn:1.2-1-cpu-py3`, '1.2-1'],
  [`${REGISTRY}/sagemaker-scikit-learn:1.4-2-py312-cpu-py3`, '1.4-2-py312'],
  [`${REGISTRY}/sagemaker-xgboost:3.2-0`, '3.2-0'],
  ['763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312', '2.6'],
  [
    '763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04',
    '4.49.0',
  ],
  ['763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-training:2.19.0-cpu-py312', '2.19'],
  ['763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.19.0-cpu', '2.19'],
  ['763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.20.0-cpu-py312', '2.20'],
  ['763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-tritonserver:26.05-py3-cpu', '26.05'],
  [`${REGISTRY}/sagemaker-xgboost:3.0-5-cpu-py3`, '3.0-5'],
  ['450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.9-0', '1.9-0'],
])('%s has a stand-in of its own version', (uri, version) => {
  expect(standInOf(uri)?.version).toBe(version);
});

test.each([
  '683313688378.dkr.ecr.us-east-1.amazonaws.com/my-sagemaker-scikit-learn:1.9-0',
  `${REGISTRY}/sagemaker-scikit-learn:0.23-1-cpu-py3`,
  // The version of another family.
  `${REGISTRY}/sagemaker-xgboost:1.9-0`,
  `${REGISTRY}/sagemaker-scikit-learn@sha256:${'0'.repeat(64)}`,
  'sagemaker-scikit-learn:1.9-0',
])('%s has none', (uri) => {
  expect(standInOfUri(uri)).toBeUndefined();
});

test.each(STAND_INS.map((standIn) => [nameOf(standIn), standIn] as const))(
  'image %s is found by its digest too',
  (_name, { family, version }) => {
    const [tag] = family.tagsOf(version);
    const image = standInImage('683313688378', 'us-east-1', family.repository, tag as string);
    const uri = `${REGISTRY}/${family.repository}@${image?.imageId?.imageDigest}`;
    expect(standInOfUri(uri)).toMatchObject({ version, family: { name: family.name } });
  },
);

// docker/sklearn/1.9-0/pyproject.toml of aws/deep-learning-containers, August 2026.
test('libraries are those of the image wherever the Python has wheels of them', () => {
  const ofImage = ['scikit-learn==1.9.0', 'numpy==2.5.1', 'scipy==1.18.0', 'pandas==2.2.3'];
  expect(requirementsOf(NEWEST_STAND_IN, '3.12.4').split('\n')).toEqual(expect.arrayContaining(ofImage));
  expect(requirementsOf(NEWEST_STAND_IN, '3.11.7').split('\n')).toEqual(
    expect.arrayContaining(['scikit-learn==1.9.0', 'numpy==2.4.6', 'scipy==1.17.1', 'pandas==2.2.3']),
  );
});

test('a sentence says what differs from the image, and nothing is said if nothing does', () => {
  expect(differenceOf(NEWEST_STAND_IN, '3.12.4')).toBeUndefined();
  expect(differenceOf(NEWEST_STAND_IN, '3.11.7')).toBe(
    "the stand-in for AWS's image scikit-learn 1.9-0 has Python 3.11.7 (image: 3.12), numpy 2.4.6 (image: 2.5.1), scipy 1.17.1 (image: 1.18.0)",
  );
});

test('PyTorch trains and serves in one environment, whose libraries are large', () => {
  const [training, inference] = ['pytorch-training', 'pytorch-inference'].map((repository) =>
    standInOf(`763104351884.dkr.ecr.us-east-1.amazonaws.com/${repository}:2.6.0-cpu-py312`),
  ) as [StandIn, StandIn];
  expect(requirementsOf(training, '3.12.4')).toBe(requirementsOf(inference, '3.12.4'));
});
