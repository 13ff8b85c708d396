import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { EventBus } from '../../../lambda/aws/event-bus';
import { UnknownModelVersionError } from '../../../lambda/aws/model-registry';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { noteShift } from '../../../lambda/note-shift/note-shift';
import { plan } from '../../../lambda/plan-release/plan';
import { ReleaseClaim } from '../../../lambda/plan-release/release-claim';
import { type PlanRestoreProps, planRestore } from '../../../lambda/plan-restore/plan-restore';
import { OWNER, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const SETTINGS = {
  trafficShares: [0.1, 1],
  keepsVariant: false,
  networkIsolation: false,
  servingEnvironment: {},
  hosting: { kind: 'realTime' as const, instanceType: 'ml.m5.large', initialInstanceCount: 1 },
};

describe('planRestore', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const restore = (releaseId: string, changes: Partial<PlanRestoreProps> = {}) =>
    planRestore(
      { releaseId },
      {
        pipelineName: PIPELINE,
        registry: fixture.registry,
        routing: fixture.routing,
        recovery: fixture.recovery(),
        registryMilliseconds: 60_000,
        ...changes,
      },
    );

  const release = async (releaseId: string, keepsVariant = false) => {
    await fixture.register('1.1.0');
    return plan(
      {
        modelVersion: '1.1.0',
        releaseId,
        execution: `execution:${releaseId}`,
        reason: 'new data',
        time: '2026-11-24T10:00:00Z',
      },
      {
        ...OWNER,
        settings: { ...SETTINGS, keepsVariant },
        registry: fixture.registry,
        store: fixture.store,
        routing: fixture.routing,
        recovery: fixture.recovery(),
        claim: new ReleaseClaim(fixture.store, new SFNClient(fixture.config())),
        eventBus: new EventBus(new EventBridgeClient(fixture.config()), PIPELINE),
        sageMaker: fixture.sagemaker,
      },
    );
  };

  test.each([
    ['with a champion', productionRoute(), false],
    ['of the first version', undefined, false],
    ["in the champion's variant", productionRoute(), true],
  ])('names all that the release %s has made', async (_title, production, keepsVariant) => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), ...(production && { production }) });
    const orders = await release('release-1', keepsVariant);
    const restored = await restore('release-1');
    expect(restored.plan).not.toBeNull();
    expect(orders).toMatchObject({ ...restored.plan });
    expect(restored).toMatchObject({
      reason: 'new data',
      startedAt: '2026-11-24T10:00:00Z',
      trafficSince: '',
      problems: [],
    });
  });

  test.each([
    [
      'the version is not in it',
      async () => {
        throw new UnknownModelVersionError("'1.1.0' is not in the registry churn");
      },
      { Error: 'UnknownModelVersion', Cause: "'1.1.0' is not in the registry churn" },
    ],
    [
      'it does not answer',
      () => new Promise<never>(() => {}),
      { Error: 'RegistryTimeout', Cause: 'the registry has not answered within 1 ms' },
    ],
  ])(
    'needs no registry: if %s, it tells that, and the rest of the plan is the same',
    async (_title, get, why) => {
      await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
      await release('release-1');
      const { plan, ...known } = await restore('release-1');
      expect(await restore('release-1', { registry: { get }, registryMilliseconds: 1 })).toEqual({
        ...known,
        plan: { ...plan, modelPackageArn: null, dataVersion: null },
        problems: [{ what: 'the package of 1.1.0 could not be read', ...why }],
      });
    },
  );

  test('knows when the release had its first traffic', async () => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    await release('release-1');
    const trafficSince = '2026-11-24T10:05:00Z';
    await noteShift(
      { releaseId: 'release-1', trafficShare: 0.1, trafficSince },
      { routing: fixture.routing },
    );
    expect(await restore('release-1')).toMatchObject({ trafficSince });
  });

  test('has nothing to do for a release that has recorded its end, or another one', async () => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    expect((await restore('release-1')).plan).toBeNull();
    await release('release-2');
    expect((await restore('release-1')).plan).toBeNull();
  });
});
