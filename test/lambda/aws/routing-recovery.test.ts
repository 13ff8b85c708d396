import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { emptyRouting, formatRouting } from '../../../lambda/domain/release/routing';
import { variant } from '../../local/services/sagemaker-fixture';
import { collect } from '../collect';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const PRODUCTION = productionRoute({ ledgerSequence: 1 });

describe('a lost routing document', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    const { modelVersion, since, ledgerSequence: _, modelPackageArn, ...route } = PRODUCTION;
    await new LedgerStore(fixture.store).append({
      time: since,
      kind: 'release',
      pipeline: PIPELINE,
      modelVersion,
      reasons: [],
      modelPackageArn,
      route,
    });
  });
  afterEach(() => fixture.cloud.stop());

  const put = (Value: string) =>
    new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: `/model-pipeline/${PIPELINE}/routing`,
        Value,
        Type: 'String',
        Overwrite: true,
      }),
    );
  const rebuilt = { ...emptyRouting(PIPELINE), production: PRODUCTION };

  test('is rebuilt where it is missing or empty, and left where it is there', async () => {
    const { document, done } = await fixture.recovery().read();
    expect(document).toEqual(rebuilt);
    expect(done).toEqual([
      'rebuilt the routing document from the ledger and the endpoint: version 1.0.0 is in production',
    ]);
    expect(await fixture.routing.read()).toEqual(rebuilt);
    expect(await fixture.recovery().read()).toEqual({ document: rebuilt, done: [] });
    await put(formatRouting(emptyRouting(PIPELINE)));
    expect((await fixture.recovery(false).read()).document).toEqual(rebuilt);
  });

  test('is rebuilt where it is broken, and its text is kept', async () => {
    await put('{"version": 1, "endpointName": ');
    const { done } = await fixture.recovery().read();
    const [kept] = await collect(fixture.store.list('routing/'));
    expect(done[0]).toBe(
      `kept the routing document that could not be read as ${fixture.store.uriOf(kept?.key as string)}`,
    );
    expect(await fixture.store.readText(kept?.key as string)).toBe('{"version": 1, "endpointName": ');
    expect(await fixture.routing.read()).toEqual(rebuilt);
  });

  test("is not rebuilt from somebody else's endpoint", async () => {
    await fixture.model('foreign', 1);
    await fixture.endpoint(PIPELINE, [variant('blue', 'foreign')]);
    await expect(fixture.recovery().read()).rejects.toMatchObject({ name: 'EndpointNotOurs' });
    await expect(fixture.routing.read()).rejects.toThrow('there is no routing document');
    await fixture.tag(`endpoint/${PIPELINE}`);
    await expect(fixture.recovery().read()).rejects.toMatchObject({ name: 'RoutingLost' });
  });
});
