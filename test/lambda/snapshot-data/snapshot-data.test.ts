import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { parseManifest } from '../../../lambda/domain/dataset';
import {
  NoTrainingDataError,
  snapshotData,
  UnknownFileTypeError,
} from '../../../lambda/snapshot-data/snapshot-data';
import { BUCKET } from '../../local/services/sagemaker-fixture';
import { DataFixture } from '../data-fixture';

describe('snapshotData', () => {
  let fixture: DataFixture;

  beforeEach(async () => {
    fixture = new DataFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const take = () => snapshotData(fixture.store);

  test('pins the newest versions of the files in a manifest', async () => {
    await fixture.put('training-data/2001/02.csv.gz', 'packed');
    await fixture.put('training-data/2001/01.csv', 'old');
    await fixture.put('training-data/2001/01.csv', 'newer');
    const { dataVersion, ...size } = await take();
    expect(size).toEqual({ files: 2, bytes: 11 });
    const manifest = parseManifest(await fixture.get(`datasets/${dataVersion}/manifest`));
    expect(manifest.dataVersion).toBe(dataVersion);
    // Checksums by md5sum.
    expect(manifest.files).toMatchObject([
      { key: 'training-data/2001/01.csv', bytes: 5, checksum: '0c10f4a0c12ba89211235026b861263d' },
      { key: 'training-data/2001/02.csv.gz', bytes: 6, checksum: 'f59dcd306ec32930f1e78a1d82280b48' },
    ]);
  });

  test('gives the same version for the same data, and another for other data', async () => {
    await fixture.put('training-data/01.csv', 'a');
    const first = await take();
    expect(await take()).toEqual(first);
    await fixture.put('training-data/02.csv', 'b');
    const second = await take();
    expect(second.dataVersion).not.toBe(first.dataVersion);
    await fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'training-data/02.csv' }));
    expect(await take()).toEqual(first);
  });

  test('keeps to its manifest when a file is replaced afterwards', async () => {
    await fixture.put('training-data/01.csv', 'a');
    const { dataVersion } = await take();
    const before = await fixture.get(`datasets/${dataVersion}/manifest`);
    await fixture.put('training-data/01.csv', 'b');
    await take();
    expect(await fixture.get(`datasets/${dataVersion}/manifest`)).toBe(before);
  });

  test('leaves out folders, markers and hidden files', async () => {
    for (const name of ['', '2001/', '_SUCCESS', '2001/.DS_Store', '2001/_draft.csv']) {
      await fixture.put(`training-data/${name}`, 'x');
    }
    await fixture.put('training-data/01.csv', 'a');
    expect((await take()).files).toBe(1);
  });

  test('says what to do where there is nothing to train on', async () => {
    await fixture.put('training-data/', 'x');
    await expect(take()).rejects.toThrow(NoTrainingDataError);
    await expect(take()).rejects.toThrow(
      'there are no training data: put .csv or .csv.gz files with a header below s3://model-data/training-data/',
    );
  });

  test('refuses files that it cannot read instead of training without them', async () => {
    await fixture.put('training-data/01.csv', 'a');
    await fixture.put('training-data/02.parquet', 'b');
    await expect(take()).rejects.toThrow(UnknownFileTypeError);
    await expect(take()).rejects.toThrow(
      's3://model-data/training-data/02.parquet is neither .csv nor .csv.gz',
    );
  });
});
