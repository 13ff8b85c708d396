import { DeleteAliasCommand } from '@aws-sdk/client-lambda';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { ServiceFixture } from '../../local/services/service-fixture';
import { candidateRoute, PIPELINE, productionRoute } from '../pipeline-fixture';
import { ServedFunction } from '../served-function';

describe('the live alias', () => {
  const fixture = new ServiceFixture();
  let served: ServedFunction;

  beforeAll(async () => {
    await fixture.cloud.start();
    served = await ServedFunction.create(fixture, 3);
  });
  afterAll(() => fixture.cloud.stop());

  const document = (trafficShare?: number): RoutingDocument => ({
    ...emptyRouting(PIPELINE),
    production: productionRoute({ functionVersion: '1' }),
    ...(trafficShare !== undefined && { candidate: candidateRoute({ trafficShare, functionVersion: '2' }) }),
  });
  const follow = (routing: RoutingDocument, otherwise?: string) =>
    served.alias.follow({ read: async () => routing }, otherwise);

  test('follows a release to its end, and back', async () => {
    const seen = [];
    for (const trafficShare of [0, 0.25, 1, 0.25, 0]) {
      await follow(document(trafficShare));
      seen.push(await served.live());
    }
    expect(seen).toEqual([['1'], ['1', { 2: 0.25 }], ['2'], ['1', { 2: 0.25 }], ['1']]);
  });

  test('takes what is deployed while nothing is in production, and otherwise stays', async () => {
    await follow(emptyRouting(PIPELINE));
    expect(await served.live()).toEqual(['1']);
    await follow(emptyRouting(PIPELINE), '3');
    expect(await served.live()).toEqual(['3']);
    await follow(document(), '3');
    expect(await served.live()).toEqual(['1']);
  });

  test('is made anew if somebody has deleted it', async () => {
    await served.lambda.send(new DeleteAliasCommand({ FunctionName: ServedFunction.NAME, Name: 'live' }));
    await follow(document(0.25));
    expect(await served.live()).toEqual(['1', { 2: 0.25 }]);
  });

  test('cannot lead to a version that is not there', async () => {
    const routing = { ...emptyRouting(PIPELINE), production: productionRoute({ functionVersion: '9' }) };
    await expect(follow(routing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('ends where the document is then, though it has changed meanwhile', async () => {
    const documents = [document(0.25), document(0)];
    await served.alias.follow({ read: async () => documents.shift() ?? document(0) });
    expect(await served.live()).toEqual(['1']);
  });
});
