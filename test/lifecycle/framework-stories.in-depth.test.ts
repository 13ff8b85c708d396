import { join } from 'node:path';
import { ReleaseStrategy, ServingContainer, TrainingContainer } from '../../lib';
import { ensurePythonEnvironment } from '../../local/containers';
import { standInOf } from '../../local/containers/images';
import { runCli } from '../bin/cli';
import { customersCsv } from './customers';
import { BETTER } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(600_000);

const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';

describe('a model of XGBoost', () => {
  const pipeline = new DeployedPipeline();
  beforeAll(async () => {
    // Real time, which the clock of the stories does not wait for.
    await ensurePythonEnvironment({ standIn: standInOf(XGBOOST) });
    await pipeline.start({
      training: { source: join(__dirname, 'xgboost-source'), container: TrainingContainer.xgboost('3.2-0') },
      container: ServingContainer.xgboost('3.2-0'),
      releaseStrategy: ReleaseStrategy.allAtOnce(),
      serverlessInference: undefined,
    });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
  });
  afterAll(() => pipeline.stop());

  test("is trained, evaluated and released in AWS's XGBoost image", async () => {
    expect(await pipeline.retrain()).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    await pipeline.expectServing('1.0.0');
    const { InferenceSpecification } = await pipeline.modelPackage('1.0.0');
    expect(InferenceSpecification?.Containers?.[0]?.Image).toMatch(/\/sagemaker-xgboost[:@]/);
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
