import { emptyRouting } from '../../../lambda/domain/routing';
import { findChampion } from '../../../lambda/find-champion/find-champion';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

describe('findChampion', () => {
  const fixture = new PipelineFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.cloud.stop());

  test('without anything in production there is none to beat', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    expect(await findChampion(fixture.routing)).toEqual({ champion: null, candidate: null });
  });

  test('names what is in production and what is on the way there', async () => {
    await fixture.routing.write({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
      candidate: candidateRoute(),
    });
    expect(await findChampion(fixture.routing)).toEqual({
      champion: { modelVersion: '1.0.0', modelName: 'churn-1-0-0-model' },
      candidate: '1.1.0',
    });
  });
});
