import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { readPinned, tryReadBaseline } from '../../../lambda/aws/pinned-reader';
import { BUCKET } from '../../local/services/sagemaker-fixture';
import { PipelineFixture, registerPinned } from '../pipeline-fixture';

describe('readPinned', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const model = async () => Buffer.from(await readPinned(fixture.store, '1.0.0', 'model')).toString();

  test('reads what was registered, whatever was written in its place, or that it was deleted', async () => {
    await registerPinned(fixture, '1.0.0');
    await fixture.put('models/1.0.0/model.tar.gz', 'other weights');
    expect(await model()).toBe('model 1.0.0');
    await fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'models/1.0.0/model.tar.gz' }));
    expect(await model()).toBe('model 1.0.0');
  });

  test('refuses a version of the object that has another checksum', async () => {
    const artifacts = await registerPinned(fixture, '1.0.0');
    const model1 = { ...artifacts.model, sha256: artifacts.baseline.sha256 };
    await fixture.store.writeJson('models/1.0.0/artifacts.json', { ...artifacts, model: model1 });
    await expect(model()).rejects.toMatchObject({ name: 'ArtifactReplaced' });
  });

  test('reads the newest of a version that was registered before its files were pinned', async () => {
    await fixture.put('models/1.0.0/model.tar.gz', 'weights');
    expect(await model()).toBe('weights');
    expect(await tryReadBaseline(fixture.store, '1.0.0')).toBeUndefined();
  });
});
