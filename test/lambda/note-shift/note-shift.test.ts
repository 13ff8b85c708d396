import { emptyRouting } from '../../../lambda/domain/release/routing';
import { noteShift } from '../../../lambda/note-shift/note-shift';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';
import { ServedFunction } from '../served-function';

describe('noteShift', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const LIVE = { ...emptyRouting(PIPELINE), production: productionRoute() };
  const note = (trafficShare: number, trafficSince = '') =>
    noteShift({ releaseId: 'release-1', trafficShare, trafficSince }, { routing: fixture.routing });

  test("follows the challenger's share of the traffic, there and back", async () => {
    await fixture.routing.create({ ...LIVE, candidate: candidateRoute() });
    const trafficSince = '2026-11-24T10:05:00Z';
    await note(0.1, trafficSince);
    expect(await fixture.routing.read()).toEqual({
      ...LIVE,
      candidate: candidateRoute({ trafficShare: 0.1, trafficSince }),
    });
    await note(0, trafficSince);
    expect((await fixture.routing.read()).candidate).toEqual(
      candidateRoute({ trafficShare: 0, trafficSince }),
    );
  });

  test('shifts the requests of a function that the release changes, and takes them away again', async () => {
    const served = await ServedFunction.create(fixture, 2);
    await fixture.routing.create({
      ...emptyRouting(PIPELINE),
      production: productionRoute({ functionVersion: '1' }),
      candidate: candidateRoute({ functionVersion: '2' }),
    });
    const shift = (trafficShare: number) =>
      noteShift(
        { releaseId: 'release-1', trafficShare, trafficSince: '' },
        { routing: fixture.routing, alias: served.alias },
      );
    await shift(0.1);
    expect(await served.live()).toEqual(['1', { 2: 0.1 }]);
    await shift(0);
    expect(await served.live()).toEqual(['1']);
  });

  test('of a challenger that is rolled back before it had traffic says so', async () => {
    await fixture.routing.create({ ...LIVE, candidate: candidateRoute() });
    await note(0);
    expect((await fixture.routing.read()).candidate).toEqual(candidateRoute());
  });

  test('tells that the challenger is a shadow, as long as it is', async () => {
    await fixture.routing.create({ ...LIVE, candidate: candidateRoute() });
    const [event, props] = [
      { releaseId: 'release-1', trafficShare: 0, trafficSince: '' },
      { routing: fixture.routing },
    ];
    const { modelVersion, variant, modelName } = candidateRoute();
    for (const shadow of [{ endpointConfigName: 'churn-shadow' }, {}]) {
      await noteShift({ ...event, shadow }, props);
      expect(await fixture.routing.read()).toEqual({
        ...LIVE,
        candidate: candidateRoute(),
        shadow: { modelVersion, variant, modelName, ...shadow },
      });
    }
    await noteShift(event, props);
    expect(await fixture.routing.read()).toEqual({ ...LIVE, candidate: candidateRoute() });
  });

  test('never gives traffic to a release that has ended, nor to another one', async () => {
    await fixture.routing.create(LIVE);
    await expect(note(0.5)).rejects.toMatchObject({
      name: 'ReleaseNotUnderWay',
      message: 'release release-1 is not the one in progress',
    });
    const candidate = candidateRoute({ releaseId: 'release-2' });
    await fixture.routing.write({ ...LIVE, candidate });
    await expect(note(0.5)).rejects.toThrow(
      'release release-1 is not the one in progress, which is release-2',
    );
    expect((await fixture.routing.read()).candidate).toEqual(candidate);
  });
});
