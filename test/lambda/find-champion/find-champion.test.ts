import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { findChampion } from '../../../lambda/find-champion/find-champion';
import { BUCKET, IMAGE } from '../../local/services/sagemaker-fixture';
import {
  candidateRoute,
  PIPELINE,
  PipelineFixture,
  productionRoute,
  registerPinned,
} from '../pipeline-fixture';

describe('findChampion', () => {
  const fixture = new PipelineFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.cloud.stop());

  test('without anything in production there is none to beat', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    expect(await findChampion(fixture)).toEqual({ champion: null, container: null, candidate: null });
  });

  test('names what is in production and what is on the way there', async () => {
    await fixture.routing.write({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
      candidate: candidateRoute(),
    });
    expect(await findChampion(fixture)).toEqual({
      champion: { modelVersion: '1.0.0', modelName: 'churn-1-0-0-model' },
      container: null,
      candidate: '1.1.0',
    });
  });

  test('is not to be scored with another archive than was registered', async () => {
    const versions = await registerPinned(fixture, '1.0.0');
    expect(await findChampion(fixture)).toMatchObject({ champion: { modelVersion: '1.0.0' } });
    await fixture.put('models/1.0.0/model.tar.gz', 'other weights');
    await expect(findChampion(fixture)).rejects.toMatchObject({ name: 'ArtifactReplaced' });
    const CopySource = `${BUCKET}/models/1.0.0/model.tar.gz?versionId=${versions.model.versionId}`;
    await fixture.s3.send(
      new CopyObjectCommand({
        Bucket: BUCKET,
        Key: 'models/1.0.0/model.tar.gz',
        CopySource,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    expect(await findChampion(fixture)).toMatchObject({ champion: { modelVersion: '1.0.0' } });
  });

  test('scores an adopted champion by its copy, with the environment that it was found with', async () => {
    await fixture.register('1.2.0', 'Approved', { ownEnvironment: 'true' }, { TEAM: 'churn' });
    await fixture.routing.write({
      ...emptyRouting(PIPELINE),
      production: productionRoute({ modelVersion: '1.2.0', modelName: 'theirs' }),
    });
    expect(await findChampion(fixture)).toMatchObject({
      champion: { modelVersion: '1.2.0', modelName: 'theirs' },
      container: {
        Image: IMAGE,
        ModelDataUrl: `s3://${BUCKET}/models/1.2.0/model.tar.gz`,
        Environment: { SAGEMAKER_PROGRAM: 'inference.py', TEAM: 'churn' },
      },
    });
  });
});
