import { emptyRouting } from '../../../lambda/domain/routing';
import { plan } from '../../../lambda/plan-release/plan';
import { BUCKET, IMAGE } from '../../local/services/sagemaker-fixture';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const SETTINGS = {
  weights: [0.1, 1],
  servingEnvironment: { WORKERS: '2' },
  hosting: { instanceType: 'ml.m5.large', initialInstanceCount: 1 },
};

describe('plan', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
  });
  afterEach(() => fixture.cloud.stop());

  const planFor = (modelVersion: string, releaseId = 'release-1') =>
    plan(
      { modelVersion, releaseId, reason: 'better' },
      { pipelineName: PIPELINE, settings: SETTINGS, registry: fixture.registry, routing: fixture.routing },
    );

  test('takes the container from the registry and notes the candidate', async () => {
    await fixture.register('1.0.0');
    const modelPackageArn = await fixture.register('1.1.0');
    const orders = await planFor('1.1.0');
    expect(orders).toMatchObject({
      endpointName: PIPELINE,
      modelVersion: '1.1.0',
      modelPackageArn,
      dataVersion: '0123456789abcdef',
      variant: 'green',
      container: {
        Image: IMAGE,
        ModelDataUrl: `s3://${BUCKET}/models/1.1.0/model.tar.gz`,
        Environment: { SAGEMAKER_PROGRAM: 'inference.py', WORKERS: '2' },
      },
      steps: [
        { challenger: 0.1, champion: 0.9 },
        { challenger: 1, champion: 0 },
      ],
    });
    expect(await fixture.routing.read()).toEqual({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
      candidate: {
        modelVersion: '1.1.0',
        variant: 'green',
        modelName: orders.modelName,
        endpointConfigName: orders.finalConfigName,
        releaseId: 'release-1',
        weight: 0,
      },
    });
    expect(await planFor('1.1.0')).toEqual(orders);
  });

  test('refuses a second release while one is under way', async () => {
    await fixture.register('1.1.0');
    await fixture.register('1.2.0');
    await planFor('1.1.0');
    await expect(planFor('1.2.0', 'release-2')).rejects.toMatchObject({
      name: 'ReleaseInProgress',
      message:
        'endpoint churn is releasing version 1.1.0 already: wait for it or roll it back before releasing 1.2.0',
    });
  });

  test('refuses a version that is not registered, and names those that are', async () => {
    await fixture.register('1.1.0');
    await expect(planFor('3.0.0')).rejects.toMatchObject({
      name: 'UnknownModelVersion',
      message: expect.stringContaining('1.1.0'),
    });
    expect((await fixture.routing.read()).candidate).toBeUndefined();
  });

  test('refuses a version that the gate has refused, and tells the way out', async () => {
    const arn = await fixture.register('1.1.0', 'Rejected');
    await expect(planFor('1.1.0')).rejects.toMatchObject({
      name: 'VersionNotApproved',
      message: `version 1.1.0 is Rejected in the registry; to release it nevertheless, approve ${arn} first`,
    });
  });
});
