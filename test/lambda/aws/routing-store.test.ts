import { PutParameterCommand, SSMClient, TooManyUpdates } from '@aws-sdk/client-ssm';
import { RoutingStore } from '../../../lambda/aws/routing-store';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

describe('RoutingStore', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  test('reads what was written', async () => {
    const document = { ...emptyRouting(PIPELINE), production: productionRoute() };
    await fixture.routing.write(emptyRouting(PIPELINE));
    await fixture.routing.write(document);
    expect(await fixture.routing.read()).toEqual(document);
  });

  test('creates a document only if there is none', async () => {
    const document = { ...emptyRouting(PIPELINE), production: productionRoute() };
    expect(await fixture.routing.create(document)).toBe(true);
    expect(await fixture.routing.create(emptyRouting(PIPELINE))).toBe(false);
    expect(await fixture.routing.read()).toEqual(document);
  });

  /** A store whose first writing comes after another one's, which it has not read. */
  function overtakenBy(write: () => Promise<void>): RoutingStore {
    const client = new SSMClient(fixture.config());
    let isFirst = true;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          if (commandName === 'PutParameterCommand' && isFirst) {
            isFirst = false;
            await write();
          }
          return next(request);
        },
      { step: 'initialize' },
    );
    return new RoutingStore(client, `/model-pipeline/${PIPELINE}/routing`);
  }

  test('loses nothing of what somebody else writes while it changes the document', async () => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    const production = productionRoute({ ledgerSequence: 9 });
    const store = overtakenBy(() => fixture.routing.write({ ...emptyRouting(PIPELINE), production }));
    await store.change((document) => ({ ...document, candidate: candidateRoute() }));
    expect(await fixture.routing.read()).toEqual({
      ...emptyRouting(PIPELINE),
      production,
      candidate: candidateRoute(),
    });
  });

  test('leaves alone what somebody else made of it, if that is not to be changed', async () => {
    const candidate = candidateRoute();
    await fixture.routing.create({ ...emptyRouting(PIPELINE), candidate });
    const store = overtakenBy(() => fixture.routing.write(emptyRouting(PIPELINE)));
    const shift = store.change((document) => {
      if (!document.candidate) throw new Error('the release has ended');
      return { ...document, candidate: { ...candidate, trafficShare: 0.5 } };
    });
    await expect(shift).rejects.toThrow('the release has ended');
    expect(await fixture.routing.read()).toEqual(emptyRouting(PIPELINE));
  });

  /** A store that SSM answers with `TooManyUpdates`, and how long it pauses. */
  function throttled(times: number) {
    const pauses: number[] = [];
    let calls = 0;
    const client = new SSMClient(fixture.config());
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          if (commandName === 'PutParameterCommand' && ++calls <= times) {
            throw new TooManyUpdates({ message: 'concurrent updates', $metadata: { httpStatusCode: 400 } });
          }
          return next(request);
        },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const store = new RoutingStore(client, `/model-pipeline/${PIPELINE}/routing`, {
      pause: async (milliseconds) => pauses.push(milliseconds),
      random: () => 1,
    });
    return { store, pauses, calls: () => calls };
  }

  test('writes again, after longer and longer pauses, while another update of the parameter is under way', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    const { store, pauses } = throttled(8);
    await store.change((document) => ({ ...document, production: productionRoute() }));
    expect((await fixture.routing.read()).production).toEqual(productionRoute());
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  test('gives up writing within the time that a function has', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    const { store, pauses, calls } = throttled(100);
    const change = store.change((document) => ({ ...document, production: productionRoute() }));
    await expect(change).rejects.toThrow(TooManyUpdates);
    expect(calls()).toBe(9);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(20_000);
  });

  test('says what to do if there is no document', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    await fixture.routing.remove();
    await fixture.routing.remove();
    await expect(fixture.routing.read()).rejects.toThrow(
      'there is no routing document /model-pipeline/churn/routing: model-pipeline repair rebuilds it',
    );
  });

  test('refuses a document that somebody has spoilt', async () => {
    await new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: '/model-pipeline/churn/routing',
        Type: 'String',
        Value: '{"version":1,"endpointName":"churn","prodution":{}}',
      }),
    );
    await expect(fixture.routing.read()).rejects.toThrow("unknown field 'prodution'");
  });
});
