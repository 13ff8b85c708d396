import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { emptyRouting } from '../../../lambda/domain/routing';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

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
