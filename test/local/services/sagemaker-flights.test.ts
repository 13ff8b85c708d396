import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DescribeTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { COLUMNS } from '../../../examples/flights/features';
import { BUCKET, IMAGE, ROLE, SageMakerFixture, unpacked, variant } from './sagemaker-fixture';

const SOURCE = join(__dirname, '../../../examples/flights/source');

/** Flights that are late when the system is, most of the time. */
function rows(count: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const rate = ((i * 37) % 100) / 100;
    const late = (i * 61) % 100 < rate * 100 ? 1 : 0;
    return [late, i % 24, i % 7, 100 + ((i * 13) % 2000), rate, rate / 2, rate / 3, 30, -80, 40, -90];
  });
}

test('the flights example trains, scores and serves, and its batch scores are those of its endpoint', async () => {
  const fixture = new SageMakerFixture();
  await fixture.start();
  try {
    // GIVEN its scripts and some data
    const source = execFileSync('tar', [
      '-czf',
      '-',
      '-C',
      SOURCE,
      'train.py',
      'inference.py',
      'requirements.txt',
    ]);
    await fixture.put('code/sourcedir.tar.gz', source);
    const data = rows(400);
    const csv = (part: number[][]) => part.map((row) => row.join(',')).join('\n');
    await fixture.put('train/flights.csv', `${COLUMNS.join(',')}\n${csv(data)}\n`);
    const features = csv(data.slice(0, 20).map((row) => row.slice(1)));
    await fixture.put('holdout/features.csv', features);

    // WHEN it is trained
    await fixture.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName: 'flights',
        RoleArn: ROLE,
        AlgorithmSpecification: {
          TrainingImage: IMAGE,
          TrainingInputMode: 'File',
          MetricDefinitions: [{ Name: 'validation:auc', Regex: 'validation:auc=([0-9.]+);' }],
        },
        HyperParameters: {
          sagemaker_program: '"train.py"',
          sagemaker_submit_directory: `"s3://${BUCKET}/code/sourcedir.tar.gz"`,
          'max-iter': '20',
          'min-samples-leaf': '10',
        },
        InputDataConfig: [
          {
            ChannelName: 'train',
            ContentType: 'text/csv',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/train/` } },
          },
        ],
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models` },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      }),
    );
    await fixture.settle();
    const trained = await fixture.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: 'flights' }),
    );
    expect(trained.FailureReason).toBeUndefined();
    expect(trained.FinalMetricDataList?.[0]?.Value).toBeGreaterThan(0.6);
    const artifact = trained.ModelArtifacts?.S3ModelArtifacts as string;
    const files = unpacked(await fixture.getBytes(artifact.replace(`s3://${BUCKET}/`, '')));
    expect(Object.keys(files).sort()).toEqual(['model.joblib', 'model.onnx']);

    // AND scored and served with the code of its source archive
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'flights',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: {
          Image: IMAGE,
          ModelDataUrl: artifact,
          Environment: {
            SAGEMAKER_PROGRAM: 'inference.py',
            SAGEMAKER_SUBMIT_DIRECTORY: `s3://${BUCKET}/code/sourcedir.tar.gz`,
          },
        },
      }),
    );
    await fixture.sagemaker.send(
      new CreateTransformJobCommand({
        TransformJobName: 'scores',
        ModelName: 'flights',
        TransformInput: {
          DataSource: {
            S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/holdout/features.csv` },
          },
          ContentType: 'text/csv',
          SplitType: 'Line',
        },
        TransformOutput: { S3OutputPath: `s3://${BUCKET}/scores/`, Accept: 'text/csv', AssembleWith: 'Line' },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      }),
    );
    await fixture.endpoint('flights', [variant('blue', 'flights')]);

    // THEN both agree, and late flights score higher
    const scores = await fixture.get('scores/features.csv.out');
    expect((await fixture.invoke('flights', features)).text).toBe(scores);
    const values = scores.trim().split('\n').map(Number);
    expect(values).toHaveLength(20);
    const mean = (late: number) => {
      const of = values.filter((_, i) => data[i]?.[0] === late);
      return of.reduce((sum, value) => sum + value, 0) / of.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(0));
  } finally {
    await fixture.cloud.stop();
  }
}, 300_000);
