import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { ArtifactStore } from '../../../lambda/aws/store';
import { parseManifest } from '../../../lambda/domain/data/dataset';
import {
  DataChangingError,
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
    for (const name of [
      '',
      '2001/',
      '_SUCCESS',
      '2001/.DS_Store',
      '2001/_draft.csv',
      '.ipynb_checkpoints/a-checkpoint.csv',
      '2001/_delta_log/0.parquet',
    ]) {
      await fixture.put(`training-data/${name}`, 'x');
    }
    await fixture.put('training-data/01.csv', 'a');
    expect((await take()).files).toBe(1);
  });

  test('says what to do where there is nothing to train on', async () => {
    await fixture.put('training-data/', 'x');
    await expect(take()).rejects.toThrow(NoTrainingDataError);
    await expect(take()).rejects.toThrow(
      'there are no training data: put CSV, JSON lines or Parquet files below s3://model-data/training-data/',
    );
  });

  test('refuses files that it cannot read instead of training without them', async () => {
    await fixture.put('training-data/01.csv', 'a');
    await fixture.put('training-data/02.xlsx', 'b');
    await expect(take()).rejects.toThrow(UnknownFileTypeError);
    await expect(take()).rejects.toThrow(
      's3://model-data/training-data/02.xlsx does not end in .csv or .jsonl, either of them also packed (.gz, .zst), or .parquet',
    );
  });

  describe('while files come and go', () => {
    /** Something happens after each of the first looks. */
    const takeWhile = (...events: (() => Promise<unknown>)[]) => {
      class ChangingStore extends ArtifactStore {
        override async *listLatestVersions(prefix: string) {
          yield* super.listLatestVersions(prefix);
          await events.shift()?.();
        }
      }
      return snapshotData(new ChangingStore(fixture.s3, BUCKET));
    };
    const put = (name: string, content: string) => () => fixture.put(`training-data/${name}`, content);
    const remove = (name: string) => () =>
      fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `training-data/${name}` }));

    test('pins what is there once nothing changes any more', async () => {
      await put('01.csv', 'a')();
      await put('02.csv', 'b')();
      const snapshot = await takeWhile(put('01.csv', 'changed'), remove('02.csv'), put('03.csv', 'new'));
      expect(snapshot).toEqual(await take());
      expect(snapshot).toMatchObject({ files: 2, bytes: 10 });
    });

    test('gives up if that does not happen, and names the files', async () => {
      await put('01.csv', 'a')();
      const attempt = takeWhile(...Array.from({ length: 9 }, (_, i) => put('01.csv', String(i))));
      await expect(attempt).rejects.toThrow(DataChangingError);
      await expect(attempt).rejects.toThrow(
        'files below s3://model-data/training-data/ were added, removed or changed at each of 5 listings, most recently training-data/01.csv: retrain when the upload has ended',
      );
    });
  });
});
