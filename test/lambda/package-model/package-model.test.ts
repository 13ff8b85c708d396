import { createHash } from 'node:crypto';
import { packageModel } from '../../../lambda/package-model/package-model';
import { PipelineFixture } from '../pipeline-fixture';

describe('packageModel', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const packaged = (artifact: string) => packageModel({ modelVersion: '1.0.0', artifact }, fixture);

  test('copies the archive of a training, and tells what it is to the bit', async () => {
    await fixture.put('training-output/1.0.0/job/output/model.tar.gz', 'weights');
    const { versionId, sha256 } = await packaged(
      's3://model-data/training-output/1.0.0/job/output/model.tar.gz',
    );
    expect(await fixture.get('models/1.0.0/model.tar.gz')).toBe('weights');
    expect(sha256).toBe(createHash('sha256').update('weights').digest('base64'));
    expect(versionId).toMatch(/./);
  });

  test.each([
    ['another version', 's3://model-data/training-output/1.0.1/job/output/model.tar.gz'],
    ['another bucket', 's3://elsewhere/training-output/1.0.0/job/output/model.tar.gz'],
    ['something else than a model', 's3://model-data/training-output/1.0.0/job/output/output.tar.gz'],
  ])('takes nothing of %s for the archive of a version', async (_, artifact) => {
    await expect(packaged(artifact)).rejects.toMatchObject({
      name: 'ForeignArtifact',
      message: expect.stringContaining('belongs below s3://model-data/training-output/1.0.0/'),
    });
    expect(await fixture.keys('models/')).toEqual([]);
  });
});
