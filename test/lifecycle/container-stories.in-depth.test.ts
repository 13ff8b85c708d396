import { join } from 'node:path';
import { DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import { TrainingContainer } from '../../lib';
import { BETTER } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(900_000);

describe('a pipeline whose container changes', () => {
  const pipeline = new DeployedPipeline();
  beforeAll(() => pipeline.startWithVersion());
  afterAll(() => pipeline.stop());

  test('releases a model of XGBoost over one of scikit-learn, each in its image, and the earlier one again', async () => {
    const deployed = await pipeline.deploy({
      training: { source: join(__dirname, 'xgboost-source'), container: TrainingContainer.xgboost() },
      // A function would need the model as ONNX.
      serverlessInference: undefined,
    });
    expect(deployed).toMatchObject({ code: 0 });
    const ending = await pipeline.retrain(BETTER);
    expect(ending.cause).toBeUndefined();
    expect(ending.output).toMatchObject({ outcome: 'promoted', modelVersion: '2.0.0' });
    await pipeline.expectServing('2.0.0');
    expect(await imageOfProduction()).toMatch(/\/sagemaker-xgboost@sha256:[0-9a-f]{64}$/);
    expect(await pipeline.release('1.0.0')).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
    expect(await imageOfProduction()).toMatch(/\/sagemaker-scikit-learn@sha256:[0-9a-f]{64}$/);
  });

  async function imageOfProduction(): Promise<string | undefined> {
    const { production } = await pipeline.routing();
    const { PrimaryContainer } = await pipeline.sagemaker.send(
      new DescribeModelCommand({ ModelName: production?.modelName as string }),
    );
    return PrimaryContainer?.Image;
  }
});
