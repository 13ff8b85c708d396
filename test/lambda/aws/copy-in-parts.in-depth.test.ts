import { createHash, randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { checkArtifacts } from '../../../lambda/aws/check-artifacts';
import { readPinned } from '../../../lambda/aws/pinned-reader';
import { ArtifactStore } from '../../../lambda/aws/store';
import { pinnedIn, pinnedProperties } from '../../../lambda/domain/release/pinned-artifacts';
import { packageModel } from '../../../lambda/package-model/package-model';
import { BUCKET } from '../../local/services/sagemaker-fixture';
import { functionGrants } from '../function-grants';
import { PIPELINE, PipelineFixture, registerPinned } from '../pipeline-fixture';

jest.setTimeout(120_000);

const MIB = 1024 ** 2;
/** AWS's smallest part, and a bound just above it in the place of 5 GB. */
const SIZES = { inOneCall: 6 * MIB, part: 5 * MIB };
const SOURCE = 'training-output/1.0.0/job/output/model.tar.gz';
const MODEL = 'models/1.0.0/model.tar.gz';
const archive = randomBytes(11 * MIB);

describe('an archive above what S3 copies in one call', () => {
  let fixture: PipelineFixture;
  let s3: S3Client;
  let store: ArtifactStore;

  beforeEach(async () => {
    fixture = new PipelineFixture({ limits: { largestCopyBytes: SIZES.inOneCall } });
    await fixture.start();
    s3 = new S3Client(fixture.config());
    store = new ArtifactStore(s3, BUCKET, SIZES);
    await put(SOURCE, archive);
  });
  afterEach(() => fixture.cloud.stop());

  const put = (Key: string, Body: Buffer) =>
    fixture.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const copy = () => store.copy({ bucket: BUCKET, key: SOURCE }, MODEL);
  /** Does something before a part is copied. */
  const beforePart = (number: number, act: () => Promise<unknown>) =>
    s3.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { PartNumber } = args.input as { PartNumber?: number };
          if (commandName === 'UploadPartCopyCommand' && PartNumber === number) await act();
          return next(args);
        },
      { step: 'initialize' },
    );

  test('is copied in parts, with the checksum that S3 gives objects of such parts', async () => {
    const pinned = await copy();
    const parts = [0, 5, 10].map((mib) => archive.subarray(mib * MIB, (mib + 5) * MIB));
    const digests = parts.map((part) => createHash('sha256').update(part).digest());
    const composite = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
    expect(pinned).toEqual({ versionId: expect.any(String), sha256: `${composite}-3`, partBytes: 5 * MIB });
    expect(archive.equals(await store.readBytes(MODEL, pinned.versionId))).toBe(true);
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: MODEL, ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({
      ChecksumSHA256: pinned.sha256,
      ChecksumType: 'COMPOSITE',
      ContentType: 'application/gzip',
    });
  });

  test('is refused by S3 in one call', async () => {
    const CopySource = `${BUCKET}/${SOURCE}`;
    await expect(
      s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key: MODEL, CopySource })),
    ).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${SIZES.inOneCall}`,
    });
  });

  test('is copied as it was when the copy began, whatever is written in its place meanwhile', async () => {
    beforePart(1, () => put(SOURCE, randomBytes(11 * MIB)));
    const { versionId } = await copy();
    expect(archive.equals(await store.readBytes(MODEL, versionId))).toBe(true);
  });

  describe('in a bucket without versions', () => {
    const from = { bucket: 'models-of-others', key: 'model.tar.gz' };
    const putThere = (Body: Buffer) =>
      fixture.s3.send(new PutObjectCommand({ Bucket: from.bucket, Key: from.key, Body }));
    beforeEach(async () => {
      await fixture.s3.send(new CreateBucketCommand({ Bucket: from.bucket }));
      await putThere(archive);
    });

    test('is copied in parts', async () => {
      const { versionId } = await store.copyFound(await store.find(from), MODEL);
      expect(archive.equals(await store.readBytes(MODEL, versionId))).toBe(true);
    });

    test('is not copied if it is replaced meanwhile, and leaves no object', async () => {
      beforePart(3, () => putThere(randomBytes(11 * MIB)));
      await expect(store.copyFound(await store.find(from), MODEL)).rejects.toThrow(
        's3://models-of-others/model.tar.gz was replaced while it was copied: copy it again',
      );
      expect(await store.exists(MODEL)).toBe(false);
    });
  });

  test('leaves neither an object nor an upload if a part cannot be copied', async () => {
    beforePart(2, () => Promise.reject(new Error('the network is down')));
    await expect(copy()).rejects.toThrow('the network is down');
    expect(await store.exists(MODEL)).toBe(false);
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(Uploads).toEqual([]);
  });

  test('is packaged with the grants of its construct', async () => {
    const grants = functionGrants({
      pipelineName: PIPELINE,
      bucketName: BUCKET,
      topicArn: 'arn:aws:sns:topic',
    });
    const config = await fixture.roleConfig('package-model', grants.get('package-model') as object[]);
    const granted = new S3Client(config);
    const event = { modelVersion: '1.0.0', artifact: store.uriOf(SOURCE) };
    const packaged = { store: new ArtifactStore(granted, BUCKET, SIZES) };
    await expect(packageModel(event, packaged)).resolves.toMatchObject({ partBytes: 5 * MIB });
    granted.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'CompleteMultipartUploadCommand') throw new Error('the network is down');
          return next(args);
        },
      { step: 'initialize' },
    );
    await expect(packageModel(event, packaged)).rejects.toThrow('the network is down');
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(Uploads).toEqual([]);
  });

  describe('that is registered', () => {
    beforeEach(async () => {
      const artifacts = await registerPinned(fixture, '1.0.0');
      await store.writeJson('models/1.0.0/artifacts.json', { ...artifacts, model: await copy() });
    });

    const registered = async () => JSON.parse(await store.readText('models/1.0.0/artifacts.json'));
    const check = async () => checkArtifacts('1.0.0', await registered(), store);

    test('is the one that was registered, by the metadata of its package as well', async () => {
      await check();
      expect(pinnedIn(pinnedProperties(await registered()))).toEqual(await registered());
      expect(archive.equals(await readPinned(store, '1.0.0', 'model'))).toBe(true);
    });

    test('may be put back in parts of the same size', async () => {
      await copy();
      await check();
    });

    test('is refused if a byte is another one, with the way back', async () => {
      const { model } = await registered();
      const other = Buffer.from(archive);
      other[other.length - 1] = ~(other.at(-1) as number) & 0xff;
      await put(SOURCE, other);
      const forged = await copy();
      await expect(check()).rejects.toMatchObject({
        name: 'ArtifactReplaced',
        message: expect.stringContaining(`Make ${model.versionId} its newest version again`),
      });
      await store.writeJson('models/1.0.0/artifacts.json', {
        ...(await registered()),
        model: { ...model, versionId: forged.versionId },
      });
      await expect(readPinned(store, '1.0.0', 'model')).rejects.toMatchObject({ name: 'ArtifactReplaced' });
    });
  });

  test.each([
    ['is not there', { bucket: BUCKET, key: 'training-output/none' }, 'NoSuchKey', /none does not exist/],
    [
      'is in no bucket',
      { bucket: 'elsewhere', key: 'model' },
      'NoSuchKey',
      /elsewhere\/model does not exist/,
    ],
  ])('that %s is refused by name', async (_, source, name, message) => {
    await expect(store.copy(source, MODEL)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});
