import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { RoutingStore } from '../../../lambda/aws/routing-store';
import { emptyRouting } from '../../../lambda/domain/routing';
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
      return { ...document, candidate: { ...candidate, weight: 0.5 } };
    });
    await expect(shift).rejects.toThrow('the release has ended');
    expect(await fixture.routing.read()).toEqual(emptyRouting(PIPELINE));
  });

  test('says what to do if there is no document', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    await fixture.routing.remove();
    await fixture.routing.remove();
    await expect(fixture.routing.read()).rejects.toThrow(
      "there is no routing document /model-pipeline/churn/routing: deploy the pipeline's stack, which writes it",
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
