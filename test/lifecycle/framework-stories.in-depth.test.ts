import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { ReleaseStrategy, ServingContainer, TrainingContainer } from '../../lib';
import { ensurePythonEnvironment } from '../../local/containers';
import { standInOf } from '../../local/containers/images';
import { runCli } from '../bin/cli';
import { customersCsv } from './customers';
import { BETTER } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { recordedRows } from './recorded-traffic';

jest.setTimeout(1_800_000);

const ALGORITHMS = '683313688378.dkr.ecr.us-east-1.amazonaws.com';
const DEEP_LEARNING = '763104351884.dkr.ecr.us-east-1.amazonaws.com';
const HOUR = 60 * 60 * 1000;
const REQUESTS = 30;

interface Framework {
  readonly name: string;
  /** Folder of its scripts. */
  readonly source: string;
  readonly training: TrainingContainer;
  readonly serving: ServingContainer;
  /** Images that train and serve. */
  readonly images: readonly string[];
}

const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'XGBoost',
    source: 'xgboost-source',
    training: TrainingContainer.xgboost('3.2-0'),
    serving: ServingContainer.xgboost('3.2-0'),
    images: [`${ALGORITHMS}/sagemaker-xgboost:3.2-0`],
  },
  {
    name: 'LightGBM',
    source: 'lightgbm-source',
    training: TrainingContainer.scikitLearn('1.9-0'),
    serving: ServingContainer.lightgbm('1.9-0'),
    images: [`${ALGORITHMS}/sagemaker-scikit-learn:1.9-0`],
  },
  // Its libraries are 3 GB where the index of PyTorch's CPU wheels cannot be reached.
  ...(process.env.IN_DEPTH_PYTORCH === '1'
    ? [
        {
          name: 'PyTorch',
          source: 'pytorch-source',
          training: TrainingContainer.pytorch('2.6.0'),
          serving: ServingContainer.pytorch('2.6.0'),
          images: [
            `${DEEP_LEARNING}/pytorch-training:2.6.0-cpu-py312`,
            `${DEEP_LEARNING}/pytorch-inference:2.6.0-cpu-py312`,
          ],
        },
      ]
    : []),
  // Its libraries are 1.5 GB.
  ...(process.env.IN_DEPTH_TENSORFLOW === '1'
    ? [
        {
          name: 'TensorFlow',
          source: 'tensorflow-source',
          training: TrainingContainer.tensorflow('2.19.0'),
          serving: ServingContainer.tensorflow('2.19.0'),
          images: [
            `${DEEP_LEARNING}/tensorflow-training:2.19.0-cpu-py312`,
            `${DEEP_LEARNING}/tensorflow-inference:2.19.0-cpu`,
          ],
        },
      ]
    : []),
];

describe.each(FRAMEWORKS)('a model of $name', ({ source, training, serving, images }) => {
  const pipeline = new DeployedPipeline();
  beforeAll(async () => {
    // Real time, which the clock of the stories does not wait for.
    for (const image of images) await ensurePythonEnvironment({ standIn: standInOf(image) });
    await pipeline.start({
      training: { source: join(__dirname, source), container: training },
      container: serving,
      releaseStrategy: ReleaseStrategy.blueGreen({
        canary: [0.5],
        stepDuration: Duration.minutes(2),
        bakeTime: Duration.minutes(1),
      }),
      serverlessInference: undefined,
    });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
  });
  afterAll(() => pipeline.stop());

  test("is trained, evaluated and released in AWS's image of it", async () => {
    expect(await pipeline.retrain()).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    await pipeline.expectServing('1.0.0');
    const { InferenceSpecification } = await pipeline.modelPackage('1.0.0');
    const repository = images.at(-1)?.split(':')[0] as string;
    expect(InferenceSpecification?.Containers?.[0]?.Image).toMatch(new RegExp(`^${repository}[:@]`));
  });

  test('is monitored by the requests that it answers', async () => {
    await pipeline.traffic.send(REQUESTS);
    await pipeline.pass(2 * HOUR);
    expect(await recordedRows(pipeline.s3, pipeline.resources.bucket)).toBeGreaterThanOrEqual(REQUESTS);
  });

  test('gives its place to a better one, and gets it back when people release it again', async () => {
    expect(await pipeline.retrain(BETTER)).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'promoted', modelVersion: '2.0.0' },
    });
    await pipeline.expectServing('2.0.0');
    expect(await pipeline.release('1.0.0', 'customers complain')).toMatchObject({ status: 'SUCCEEDED' });
    await pipeline.expectServing('1.0.0');
    const { stdout } = await runCli(['status'], pipeline.environment());
    expect(stdout).toContain('serves version 1.0.0');
  });
});
