import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { archive, BUCKET, IMAGE, ROLE, SageMakerFixture, variant } from './sagemaker-fixture';

const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';

/** Late if the sum of the three columns is above nine. */
const ROWS = Array.from({ length: 60 }, (_, i) => {
  const row = [i % 7, (i * 3) % 5, (i * 5) % 6];
  return `${row.reduce((sum, cell) => sum + cell) > 9 ? 1 : 0},${row.join(',')}\n`;
});

const TRAIN_XGBOOST = `
import argparse, glob, os
import pandas, xgboost
parser = argparse.ArgumentParser()
parser.add_argument('--max_depth', type=int)
arguments = parser.parse_args()
files = sorted(glob.glob(os.environ['SM_CHANNEL_TRAIN'] + '/*.csv'))
table = pandas.concat(pandas.read_csv(file, header=None) for file in files)
data = xgboost.DMatrix(table.iloc[:, 1:].to_numpy(), label=table[0])
parameters = {'objective': 'binary:logistic', 'max_depth': arguments.max_depth, 'nthread': 1}
result = {}
booster = xgboost.train(parameters, data, num_boost_round=30, evals=[(data, 'train')], evals_result=result)
booster.save_model(os.path.join(os.environ['SM_MODEL_DIR'], 'xgboost-model.ubj'))
`;

const TRAIN_LIGHTGBM = `
import glob, os, shutil, sys
import lightgbm, numpy, pandas
files = sorted(glob.glob(os.environ['SM_CHANNEL_TRAIN'] + '/*.csv'))
table = pandas.concat(pandas.read_csv(file, header=None) for file in files)
parameters = {'objective': 'binary', 'min_data_in_leaf': 2, 'num_threads': 1, 'verbose': -1}
booster = lightgbm.train(parameters, lightgbm.Dataset(table.iloc[:, 1:], table[0]), 30)
booster.save_model(os.path.join(os.environ['SM_MODEL_DIR'], 'model.txt'))
code = os.path.join(os.environ['SM_MODEL_DIR'], 'code')
os.makedirs(code)
for name in ('inference.py', 'requirements.txt'): shutil.copy(name, code)
assert numpy.__file__.startswith(sys.prefix), numpy.__file__
`;

const SERVE_LIGHTGBM = `
import os, lightgbm
def model_fn(model_dir): return lightgbm.Booster(model_file=os.path.join(model_dir, 'model.txt'))
`;

describe('frameworks other than scikit-learn', () => {
  const fixture = new SageMakerFixture();
  beforeAll(async () => {
    await fixture.start();
    await fixture.put('data/train.csv', ROWS.join(''));
  }, 600_000);
  afterAll(() => fixture.cloud.stop());

  async function train(name: string, image: string, files: Record<string, string>) {
    await fixture.put(`code/${name}.tar.gz`, archive(files));
    await fixture.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName: name,
        RoleArn: ROLE,
        AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
        HyperParameters: {
          sagemaker_program: '"train.py"',
          sagemaker_submit_directory: `"s3://${BUCKET}/code/${name}.tar.gz"`,
          ...(image === XGBOOST && { max_depth: '3' }),
        },
        InputDataConfig: [
          {
            ChannelName: 'train',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/data/` } },
          },
        ],
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out/` },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      }),
    );
    await fixture.settle();
    return fixture.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  }

  async function deploy(
    name: string,
    image: string,
    { ModelArtifacts, FailureReason }: DescribeTrainingJobCommandOutput,
    environment = {},
  ): Promise<void> {
    expect(FailureReason).toBeUndefined();
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: ROLE,
        PrimaryContainer: {
          Image: image,
          ModelDataUrl: ModelArtifacts?.S3ModelArtifacts,
          Environment: environment,
        },
      }),
    );
    await fixture.endpoint(name, [variant('blue', name)]);
  }

  /** Scores of a row that is late and of one that is not. */
  async function scores(endpoint: string): Promise<number[]> {
    const { text } = await fixture.invoke(endpoint, '6,4,5\n0,0,0');
    return text.trim().split('\n').map(Number);
  }

  test('XGBoost trains by a script and serves its booster without one', async () => {
    const job = await train('xgboost', XGBOOST, { 'train.py': TRAIN_XGBOOST });
    await deploy('xgboost', XGBOOST, job);
    const [late, early] = await scores('xgboost');
    expect(late).toBeGreaterThan(0.8);
    expect(early).toBeLessThan(0.2);
    await expect(fixture.invoke('xgboost', 'a,b,c\n1,2,3')).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 415,
    });
  }, 300_000);

  test('LightGBM trains and serves in the scikit-learn image, whose numpy it keeps', async () => {
    const job = await train('lightgbm', IMAGE, {
      'train.py': TRAIN_LIGHTGBM,
      'inference.py': SERVE_LIGHTGBM,
      'requirements.txt': 'lightgbm==4.7.0\n',
    });
    await deploy('lightgbm', IMAGE, job, { SAGEMAKER_PROGRAM: 'inference.py' });
    const [late, early] = await scores('lightgbm');
    expect(late).toBeGreaterThan(0.8);
    expect(early).toBeLessThan(0.2);
  }, 300_000);

  test('a training script of XGBoost that fails is reported without its error stream, as on AWS', async () => {
    const { TrainingJobStatus, FailureReason } = await train('fails', XGBOOST, {
      'train.py': 'raise ValueError("no rows")',
    });
    expect(TrainingJobStatus).toBe('Failed');
    expect(FailureReason).toMatch(
      /^AlgorithmError: ExecuteUserScriptError:\nCommand "\S+ -m train --max_depth 3", exit code: 1$/,
    );
  }, 300_000);
});
