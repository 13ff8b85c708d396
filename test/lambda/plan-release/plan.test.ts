import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { PlanReleaseSettings } from '../../../contracts/functions/release';
import type { SignatureInput } from '../../../contracts/model-signature';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { plan } from '../../../lambda/plan-release/plan';
import { ReleaseClaim } from '../../../lambda/plan-release/release-claim';
import { BUCKET, IMAGE, variant } from '../../local/services/sagemaker-fixture';
import { EventQueue } from '../event-queue';
import {
  OWNER,
  PIPELINE,
  PipelineFixture,
  productionRoute,
  registerPinned,
  SigningFixture,
} from '../pipeline-fixture';
import { waitingStateMachine } from '../waiting-state-machine';

const SETTINGS = {
  trafficShares: [0.1, 1],
  keepsVariant: false,
  networkIsolation: false,
  servingEnvironment: { WORKERS: '2' },
  hosting: { kind: 'realTime' as const, instanceType: 'ml.m5.large', initialInstanceCount: 1 },
};

describe('plan', () => {
  let fixture: PipelineFixture;
  let stepFunctions: SFNClient;
  let events: EventQueue;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    stepFunctions = new SFNClient(fixture.config());
    events = await EventQueue.create(fixture);
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
  });
  afterEach(() => fixture.cloud.stop());

  const planFor = (
    modelVersion: string,
    releaseId = 'release-1',
    execution = 'arn:aws:states:us-east-1:000000000000:execution:release:ended',
    more: object = {},
    settings: PlanReleaseSettings = SETTINGS,
    signing?: SigningFixture,
  ) =>
    plan(
      { modelVersion, releaseId, execution, reason: 'new data', time: '2026-11-24T10:00:00Z', ...more },
      {
        ...OWNER,
        settings,
        registry: fixture.registry,
        routing: fixture.routing,
        recovery: fixture.recovery(),
        claim: new ReleaseClaim(fixture.store, stepFunctions),
        store: fixture.store,
        signatures: signing?.signatures,
        eventBus: events.eventBus,
        sageMaker: fixture.sagemaker,
      },
    );

  test('keeps the variant of an adopted endpoint as its own config has it, beside a challenger with the current hosting', async () => {
    const theirs = {
      ...variant('AllTraffic', 'their-model'),
      ContainerStartupHealthCheckTimeoutInSeconds: 900,
    };
    await fixture.model('their-model', 1);
    await fixture.endpointConfig('their-config', [theirs]);
    const found = { variant: 'AllTraffic', modelName: 'their-model', endpointConfigName: 'their-config' };
    await fixture.routing.write({ ...emptyRouting(PIPELINE), production: productionRoute(found) });
    await fixture.register('1.0.0');
    await fixture.register('1.1.0', 'Approved', { schemaHash: 'a' });
    const settings = { ...SETTINGS, adoptedConfig: 'their-config' };
    const { variants, champion, championVariant } = await planFor(
      '1.1.0',
      undefined,
      undefined,
      {},
      settings,
    );
    expect(variants).toMatchObject([
      { ...theirs, InitialVariantWeight: 1 },
      { VariantName: 'blue', InitialVariantWeight: 0 },
    ]);
    expect(championVariant).toBe('AllTraffic');
    expect(champion?.endpointConfigName).toBe('their-config');
  });

  test('gives a version that was found at an adopted endpoint its own environment, and no other', async () => {
    await fixture.register('1.1.0', 'Approved', { ownEnvironment: 'true' }, { TEAM: 'churn' });
    const { container } = await planFor('1.1.0');
    expect(container.Environment).toEqual({ SAGEMAKER_PROGRAM: 'inference.py', TEAM: 'churn' });
  });

  test('lets a version that was registered with code among the assets of a deploy keep that', async () => {
    const asset = `s3://${BUCKET}/assets/old.tar.gz`;
    await fixture.register('1.1.0', 'Approved', {}, { SAGEMAKER_SUBMIT_DIRECTORY: asset });
    await expect(planFor('1.1.0')).rejects.toMatchObject({
      name: 'CodeLost',
      message: expect.stringContaining(`nor at ${asset} any more`),
    });
    expect((await fixture.routing.read()).candidate).toBeUndefined();
    await fixture.put('assets/old.tar.gz', 'scripts');
    const { container } = await planFor('1.1.0');
    const kept = 'models/1.1.0/sourcedir.tar.gz';
    expect(container.Environment).toMatchObject({ SAGEMAKER_SUBMIT_DIRECTORY: `s3://${BUCKET}/${kept}` });
    expect(await fixture.get(kept)).toBe('scripts');
  });

  test.each(['model.tar.gz', 'sourcedir.tar.gz', 'baseline.json', 'artifacts.json'])(
    'refuses to release where %s of either version is not what was registered',
    async (file) => {
      await registerPinned(fixture, '1.0.0');
      await registerPinned(fixture, '1.1.0');
      for (const modelVersion of ['1.0.0', '1.1.0']) {
        const key = `models/${modelVersion}/${file}`;
        const content = await fixture.get(key);
        await fixture.put(key, '{"model":"other"}');
        await expect(planFor('1.1.0')).rejects.toThrow(
          expect.objectContaining({ message: expect.stringContaining(key) }),
        );
        expect((await fixture.routing.read()).candidate).toBeUndefined();
        await fixture.store.writePinned(key, content);
      }
      expect(await planFor('1.1.0')).toMatchObject({ modelVersion: '1.1.0' });
    },
  );

  test('releases versions that the key signed, beside a champion that served before there was a key', async () => {
    const signing = await SigningFixture.create(fixture);
    const planSigned = () => planFor('1.1.0', 'release-1', undefined, {}, SETTINGS, signing);
    await registerPinned(fixture, '1.0.0');
    await registerPinned(fixture, '1.1.0');
    await expect(planSigned()).rejects.toMatchObject({ name: 'VersionNotSigned' });
    await new LedgerStore(fixture.store).append({
      time: '2026-11-20T09:00:00Z',
      kind: 'release',
      pipeline: PIPELINE,
      modelVersion: '1.0.0',
      reasons: [],
    });
    const production = productionRoute({ ledgerSequence: 1 });
    await fixture.routing.write({ ...emptyRouting(PIPELINE), production });
    await expect(planSigned()).rejects.toThrow('version 1.1.0 has no signature');
    expect((await fixture.routing.read()).candidate).toBeUndefined();
    await signing.sign('1.1.0');
    expect(await planSigned()).toMatchObject({ modelVersion: '1.1.0', signed: true });
    expect((await fixture.routing.read()).candidate).toMatchObject({ modelVersion: '1.1.0' });
  });

  test('refuses to release where the champion is not what the key signed', async () => {
    const signing = await SigningFixture.create(fixture);
    await registerPinned(fixture, '1.0.0');
    await registerPinned(fixture, '1.1.0');
    for (const version of ['1.0.0', '1.1.0']) await signing.sign(version);
    await fixture.put('models/1.0.0/signature.json', await fixture.get('models/1.1.0/signature.json'));
    await expect(planFor('1.1.0', 'release-1', undefined, {}, SETTINGS, signing)).rejects.toMatchObject({
      name: 'SignatureNotValid',
    });
    expect((await fixture.routing.read()).candidate).toBeUndefined();
  });

  test('refuses to serve a version without a network that fetches its scripts when it starts', async () => {
    const submitted = { SAGEMAKER_SUBMIT_DIRECTORY: `s3://${BUCKET}/models/1.1.0/sourcedir.tar.gz` };
    await fixture.register('1.1.0', 'Approved', {}, submitted);
    const isolated = { ...SETTINGS, networkIsolation: true };
    await expect(planFor('1.1.0', 'release-1', undefined, {}, isolated)).rejects.toMatchObject({
      name: 'NeedsNetwork',
      message: expect.stringContaining('hosting.networkIsolation denies: retrain'),
    });
    expect((await fixture.routing.read()).candidate).toBeUndefined();
    expect(await planFor('1.1.0')).toMatchObject({ networkIsolation: false });
  });

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
        since: '2026-11-24T10:00:00Z',
        reason: 'new data',
        trafficShares: [0.1, 1],
        trafficShare: 0,
      },
    });
    expect(await planFor('1.1.0')).toEqual(orders);
  });

  test.each([
    ['as many instances as the champion has', 4, 4],
    ['no more than allowed', 9, 5],
    ['no fewer than allowed', 1, 2],
  ])('gives both variants of an endpoint that scales %s', async (_title, has, given) => {
    await fixture.register('1.0.0');
    await fixture.register('1.1.0');
    await fixture.model('champion', 1);
    await fixture.endpoint(PIPELINE, [{ ...variant('blue', 'champion'), InitialInstanceCount: has }]);
    await fixture.tag(`endpoint/${PIPELINE}`);
    const { variants, finalVariants } = await planFor('1.1.0', 'release-1', undefined, undefined, {
      ...SETTINGS,
      scaling: { minCapacity: 2, maxCapacity: 5 },
    });
    const counts = [...variants, ...finalVariants].map(({ InitialInstanceCount }) => InitialInstanceCount);
    expect(counts).toEqual([given, given, given]);
  });

  test('releases with the function of now, whatever serves the champion', async () => {
    const functionVersion = '2';
    await fixture.register('1.0.0');
    await fixture.routing.write({
      ...emptyRouting(PIPELINE),
      production: productionRoute({ functionVersion: '1' }),
    });
    const orders = await planFor('production', undefined, undefined, {}, { ...SETTINGS, functionVersion });
    expect(orders).toMatchObject({ modelVersion: '1.0.0', functionVersion });
    const { production, candidate } = await fixture.routing.read();
    expect([production?.functionVersion, candidate?.functionVersion]).toEqual(['1', '2']);
  });

  test('notes the beginning of a reason that would not fit into the routing document', async () => {
    await fixture.register('1.1.0');
    await planFor('1.1.0', 'release-1', undefined, { reason: 'why '.repeat(1000) });
    const reason = (await fixture.routing.read()).candidate?.reason;
    expect(reason).toMatch(/^(why ){74}why…$/);
  });

  test('tells other systems that a release has started, and the same when it plans again', async () => {
    const modelPackageArn = await fixture.register('1.1.0');
    await planFor('1.1.0');
    await planFor('1.1.0');
    const [first, again, ...others] = await events.receive();
    expect(first).toMatchObject({
      'detail-type': 'ReleaseStarted',
      detail: {
        id: 'churn/release-1/ReleaseStarted',
        modelVersion: '1.1.0',
        champion: '1.0.0',
        modelPackageArn,
        reason: 'new data',
        trafficShares: [0.1, 1],
      },
    });
    expect(again?.detail).toEqual(first?.detail);
    expect(others).toEqual([]);
    await expect(planFor('1.2.0', 'release-2')).rejects.toThrow();
    expect(await events.receive()).toEqual([]);
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

  test('lets one of two that begin at the same time', async () => {
    const stateMachineArn = await waitingStateMachine(fixture, 'release');
    const run = async (name: string) =>
      (await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name }))).executionArn as string;
    const executions = await Promise.all(['release-1', 'release-2'].map(run));
    await fixture.register('1.1.0');
    const plans = await Promise.allSettled(
      executions.map((execution, index) => planFor('1.1.0', `release-${index + 1}`, execution)),
    );
    const lost = plans.findIndex(({ status }) => status === 'rejected');
    expect(plans.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(plans[lost]).toMatchObject({ reason: { name: 'ReleaseInProgress' } });
    expect((await fixture.routing.read()).candidate?.releaseId).toBe(`release-${2 - lost}`);

    // One that has not even noted its version when it dies is in nobody's way.
    await fixture.routing.write({ ...emptyRouting(PIPELINE), production: productionRoute() });
    await expect(planFor('1.1.0', 'release-3')).rejects.toThrow(/^release release-\d is in progress/);
    await stepFunctions.send(new StopExecutionCommand({ executionArn: executions[1 - lost] }));
    expect(await planFor('1.1.0', 'release-3')).toMatchObject({ releaseId: 'release-3' });
  });

  test('releases the version in production again only when asked for it as such', async () => {
    await fixture.register('1.0.0');
    await expect(planFor('1.0.0')).rejects.toMatchObject({
      name: 'AlreadyInProduction',
      message:
        "version 1.0.0 is in production since 2026-11-20T09:00:00Z; to release it again, with the current hosting settings, release 'production'",
    });
    expect(await planFor('production')).toMatchObject({ modelVersion: '1.0.0', variant: 'green' });
    await fixture.routing.write(emptyRouting(PIPELINE));
    await expect(planFor('production', 'release-2')).rejects.toThrow('nothing is in production yet');
  });

  test('refuses a version that is not registered, and names those that are', async () => {
    await fixture.register('1.1.0');
    await expect(planFor('3.0.0')).rejects.toMatchObject({
      name: 'UnknownModelVersion',
      message: expect.stringContaining('1.1.0'),
    });
    expect((await fixture.routing.read()).candidate).toBeUndefined();
  });

  test('goes by the signatures of both versions, if both have one, and names what callers have to change', async () => {
    const keep = async (modelVersion: string, ...inputs: SignatureInput[]) => {
      await fixture.register(modelVersion, 'Approved', { schemaHash: 'a' });
      const outputs = [{ name: 'late', type: 'probability' as const }];
      await fixture.put(
        `models/${modelVersion}/model-signature.json`,
        JSON.stringify({ version: 1, inputs, outputs }),
      );
    };
    const age = { name: 'age', type: 'number' as const, optional: false };
    await keep('1.0.0', age);
    await keep('1.1.0', { ...age, optional: true, range: { minimum: 0, maximum: 1 } });
    await keep('2.0.0', { ...age, type: 'category', categories: ['old'] });
    await expect(planFor('2.0.0')).rejects.toMatchObject({
      name: 'SchemaChanged',
      message: expect.stringContaining('or another order (number age is now category): once all callers'),
    });
    expect(await planFor('1.1.0')).toMatchObject({ modelVersion: '1.1.0' });
  });

  test('refuses a version that takes other features than the one in production, unless that is allowed', async () => {
    await fixture.register('1.0.0', 'Approved', { schemaHash: 'a' });
    await fixture.register('2.0.0', 'Approved', { schemaHash: 'b' });
    await expect(planFor('2.0.0')).rejects.toMatchObject({
      name: 'SchemaChanged',
      message: expect.stringContaining('model-pipeline release 2.0.0 --allow-schema-change'),
    });
    expect((await fixture.routing.read()).candidate).toBeUndefined();
    expect(await planFor('2.0.0', 'release-1', undefined, { allowSchemaChange: true })).toMatchObject({
      modelVersion: '2.0.0',
    });
  });

  test('refuses a version that the gate has refused, and tells the way out', async () => {
    const arn = await fixture.register('1.1.0', 'Rejected');
    await expect(planFor('1.1.0')).rejects.toMatchObject({
      name: 'VersionNotApproved',
      message: `version 1.1.0 is Rejected in the registry; to release it nevertheless, approve ${arn} first`,
    });
  });

  test("refuses to plan beside somebody else's endpoint of its name, and notes no candidate", async () => {
    await fixture.register('1.0.0');
    await fixture.register('1.1.0');
    await fixture.model('foreign', 1);
    await fixture.endpoint(PIPELINE, [variant('blue', 'foreign')]);
    await expect(planFor('1.1.0')).rejects.toMatchObject({
      name: 'EndpointNotOurs',
      message: expect.stringContaining(
        "the endpoint 'churn' was not created by this pipeline (it has no tag",
      ),
    });
    await fixture.tag(`endpoint/${PIPELINE}`, { ...OWNER, ownerId: 'another-stack/1' });
    await expect(planFor('1.1.0', 'release-2')).rejects.toThrow('model-pipeline-id=another-stack/1');
    expect(await fixture.routing.read()).toEqual({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
    });
  });
});
