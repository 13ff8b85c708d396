import { text } from 'node:stream/consumers';
import { DeleteObjectCommand, HeadObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { SmallObjects } from '../../../lambda/aws/small-objects';
import { BUCKET } from '../../local/services/sagemaker-fixture';
import { START } from '../../local/services/service-fixture';
import { collect } from '../collect';
import { PipelineFixture } from '../pipeline-fixture';

describe('ArtifactStore', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  });
  afterEach(() => fixture.cloud.stop());

  test('reads what was written, as text, bytes and JSON', async () => {
    const { store } = fixture;
    await store.writeJson('a.json', { name: 'Zoë' });
    expect(await store.readText('a.json')).toBe('{"name":"Zoë"}');
    expect(await store.readBytes('a.json')).toHaveLength(15);
    expect(await store.readJson('a.json', z.object({ name: z.string() }))).toEqual({ name: 'Zoë' });
  });

  test('reads small objects without the steps of the SDK, and has the SDK tell what is wrong', async () => {
    const { store, s3 } = fixture;
    const key = "capture/a b/(é)+!'*.jsonl";
    await store.write(key, 'a record');
    expect(Buffer.from(await store.readSmall(key)).toString()).toBe('a record');
    const small = new SmallObjects(s3);
    expect(Buffer.from((await small.tryRead(BUCKET, key)) as Uint8Array).toString()).toBe('a record');
    expect(await small.tryRead(BUCKET, 'absent')).toBeUndefined();
    await expect(store.readSmall('absent')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await small.tryRead('no bucket', key)).toBeUndefined();
  });

  test.each([
    ['releases/1/report.html', 'text/html; charset=utf-8'],
    ['models/1.0.0/model-card.md', 'text/markdown; charset=utf-8'],
    ['models/1.0.0/evaluation.json', 'application/json'],
    ['datasets/1/manifest', 'application/json'],
  ])('keeps %s with its content type, so that a browser shows it', async (Key, type) => {
    await fixture.store.write(Key, '1');
    const { ContentType } = await fixture.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    expect(ContentType).toBe(type);
  });

  test('names the object whose JSON is not as expected', async () => {
    await fixture.store.write('a.json', '{}');
    await expect(fixture.store.readJson('a.json', z.object({ name: z.string() }))).rejects.toThrow(
      `s3://${BUCKET}/a.json is not valid: name: expected string, got nothing`,
    );
  });

  test('tells a missing object from an empty one', async () => {
    await fixture.store.write('empty', '');
    expect(await fixture.store.tryReadText('empty')).toBe('');
    expect(await fixture.store.tryReadText('missing')).toBeUndefined();
    await expect(fixture.store.readText('missing')).rejects.toThrow(
      expect.objectContaining({ name: 'NoSuchKey' }),
    );
  });

  test('writes once: the first of many wins', async () => {
    const attempts = ['a', 'b', 'c', 'd'].map((content) => fixture.store.writeOnce('claim', content));
    const won = await Promise.all(attempts);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await fixture.store.readText('claim')).toBe('abcd'[won.indexOf(true)]);
    expect(await fixture.store.writeOnce('claim', 'e')).toBe(false);
  });

  test('lists what is below a prefix, in the order of keys, from any key on', async () => {
    for (const key of ['b/2', 'b/1', 'a/1', 'c/1']) await fixture.store.write(key, key);
    const found = await collect(fixture.store.list('b/'));
    expect(found).toEqual([
      { key: 'b/1', bytes: 3, lastModified: START },
      { key: 'b/2', bytes: 3, lastModified: START },
    ]);
    expect(await collect(fixture.store.list('b/', 'b/1'))).toEqual([found[1]]);
  });

  test('lists the newest versions, and reads an older one by its id', async () => {
    const { store } = fixture;
    await store.write('data/a', 'old');
    const [old] = await collect(store.listLatestVersions('data/'));
    await store.write('data/a', 'newer');
    await store.write('data/b', 'gone');
    await fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'data/b' }));

    const now = await collect(store.listLatestVersions('data/'));
    expect(now).toEqual([
      // MD5 of 'newer', by md5sum.
      {
        key: 'data/a',
        bytes: 5,
        etag: '0c10f4a0c12ba89211235026b861263d',
        versionId: now[0]?.versionId,
        modified: '2026-11-24T10:00:00.000Z',
      },
    ]);
    expect(now[0]?.versionId).not.toBe(old?.versionId);
    expect(await text(await store.readStream('data/a', old?.versionId))).toBe('old');
    expect(await text(await store.readStream('data/a'))).toBe('newer');
  });

  test('lists versions over several pages', async () => {
    const { cloud } = fixture;
    const input = { Bucket: BUCKET, Key: 'data/a', Body: Buffer.from('older') };
    for (let version = 0; version <= 1000; version++) {
      await cloud.call('s3', 'PutObject', input, cloud.administrator);
    }
    await fixture.store.write('data/b', 'last');
    const found = await collect(fixture.store.listLatestVersions('data/'));
    expect(found.map(({ key }) => key)).toEqual(['data/a', 'data/b']);
  });
});
