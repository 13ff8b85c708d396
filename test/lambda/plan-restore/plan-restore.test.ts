import { SFNClient } from '@aws-sdk/client-sfn';
import { emptyRouting } from '../../../lambda/domain/routing';
import { plan } from '../../../lambda/plan-release/plan';
import { ReleaseClaim } from '../../../lambda/plan-release/release-claim';
import { planRestore } from '../../../lambda/plan-restore/plan-restore';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const SETTINGS = {
  weights: [0.1, 1],
  servingEnvironment: {},
  hosting: { instanceType: 'ml.m5.large', initialInstanceCount: 1 },
};

describe('planRestore', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const restore = (releaseId: string) =>
    planRestore(
      { releaseId },
      { pipelineName: PIPELINE, registry: fixture.registry, routing: fixture.routing },
    );

  const release = async (releaseId: string) => {
    await fixture.register('1.1.0');
    return plan(
      { modelVersion: '1.1.0', releaseId, execution: `execution:${releaseId}` },
      {
        pipelineName: PIPELINE,
        settings: SETTINGS,
        registry: fixture.registry,
        routing: fixture.routing,
        claim: new ReleaseClaim(fixture.store, new SFNClient(fixture.config())),
      },
    );
  };

  test.each([
    ['with a champion', productionRoute()],
    ['of the first version', undefined],
  ])('names all that the release %s has made', async (_title, production) => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), ...(production && { production }) });
    const orders = await release('release-1');
    const restored = await restore('release-1');
    expect(restored.orders).not.toBeNull();
    expect(orders).toMatchObject({ ...restored.orders });
  });

  test('has nothing to do for a release that has recorded its end, or another one', async () => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    expect(await restore('release-1')).toEqual({ orders: null });
    await release('release-2');
    expect(await restore('release-1')).toEqual({ orders: null });
  });
});
