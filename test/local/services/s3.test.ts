import { createHash } from 'node:crypto';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { HOUR, ServiceFixture } from './service-fixture';

const Bucket = 'notes';

describe('S3', () => {
  const fixture = new ServiceFixture();
  let s3: S3Client;

  beforeAll(async () => {
    await fixture.cloud.start();
    s3 = new S3Client(fixture.config());
  });
  afterAll(() => fixture.cloud.stop());

  beforeEach(async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterEach(async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  const put = (Key: string, Body: string | Buffer = Key, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = async (Key: string, more: object = {}) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return Body?.transformToString();
  };
  const versioned = () =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));

  describe('objects', () => {
    test('come back with their type and metadata, under any key', async () => {
      const Key = 'a b/ü+&=?#%/é.csv';
      await put(Key, 'x,y\n', { ContentType: 'text/csv', Metadata: { origin: 'test' } });
      const { Body, ContentType, Metadata, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe('x,y\n');
      expect({ ContentType, Metadata, ETag }).toEqual({
        ContentType: 'text/csv',
        Metadata: { origin: 'test' },
        // md5 of the body, as `printf 'x,y\n' | md5sum` gives it
        ETag: '"043212bb9834e334677e9c9659294bd4"',
      });
    });

    test('can be read in part', async () => {
      await put('digits', '0123456789');
      expect(await get('digits', { Range: 'bytes=2-4' })).toBe('234');
      expect(await get('digits', { Range: 'bytes=-3' })).toBe('789');
      await expect(get('digits', { Range: 'bytes=20-' })).rejects.toMatchObject({ name: 'InvalidRange' });
    });

    test('that do not exist are NoSuchKey, and NotFound for HEAD', async () => {
      await expect(get('nothing')).rejects.toMatchObject({ name: 'NoSuchKey' });
      await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' }))).rejects.toMatchObject({
        name: 'NotFound',
      });
      await expect(
        s3.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'x' })),
      ).rejects.toMatchObject({ name: 'NoSuchBucket' });
    });

    test('are written once where the writer wants it so, even by two at a time', async () => {
      const writers = await Promise.allSettled(
        ['one', 'two', 'three'].map((body) => put('claim', body, { IfNoneMatch: '*' })),
      );
      expect(writers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = writers.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect(refused.reason).toMatchObject({
        name: 'PreconditionFailed',
        $metadata: { httpStatusCode: 412 },
      });
    });

    test('whose checksum is another one are refused', async () => {
      await expect(
        put('x', 'x', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }),
      ).rejects.toMatchObject({ name: 'BadDigest' });
      await expect(get('x')).rejects.toMatchObject({ name: 'NoSuchKey' });
    });

    test('keep their metadata when copied, unless it is replaced', async () => {
      await put('from', 'x', { Metadata: { a: '1' } });
      await s3.send(new CopyObjectCommand({ Bucket, Key: 'same', CopySource: `${Bucket}/from` }));
      await s3.send(
        new CopyObjectCommand({
          Bucket,
          Key: 'other',
          CopySource: `${Bucket}/from`,
          MetadataDirective: 'REPLACE',
          Metadata: { b: '2' },
        }),
      );
      const metadata = async (Key: string) =>
        (await s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata;
      expect(await metadata('same')).toEqual({ a: '1' });
      expect(await metadata('other')).toEqual({ b: '2' });
    });

    test('of 11 MB go up in parts', async () => {
      const Key = 'large';
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const chunks = [Buffer.alloc(6 << 20, 'a'), Buffer.alloc(5 << 20, 'b')];
      const Parts = await Promise.all(
        chunks.map(async (Body, index) => {
          const PartNumber = index + 1;
          const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
          return { ETag, PartNumber };
        }),
      );
      const { ETag } = await s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
      expect(ETag).toMatch(/-2"$/);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.concat(chunks).equals(Buffer.from((await Body?.transformToByteArray()) ?? []))).toBe(
        true,
      );
    });
  });

  describe('objects copied part by part', () => {
    const Key = 'copy';
    const content = Buffer.concat([Buffer.alloc(5 << 20, 'a'), Buffer.alloc(1 << 20, 'b')]);
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
    const copyPart = (UploadId: string | undefined, PartNumber: number, CopySourceRange?: string) =>
      s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key,
          UploadId,
          PartNumber,
          CopySource: `${Bucket}/from`,
          CopySourceRange,
        }),
      );
    const begin = async () => {
      const { UploadId, ChecksumType } = await s3.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
      );
      expect(ChecksumType).toBe('COMPOSITE');
      return UploadId;
    };

    test('have the checksum of the checksums of their parts', async () => {
      await put('from', content);
      const UploadId = await begin();
      const first = await copyPart(UploadId, 1, `bytes=0-${(5 << 20) - 1}`);
      const second = await copyPart(UploadId, 2, `bytes=${5 << 20}-${content.length - 1}`);
      const Parts = [first, second].map(({ CopyPartResult }, i) => ({
        PartNumber: i + 1,
        ETag: CopyPartResult?.ETag,
        ChecksumSHA256: CopyPartResult?.ChecksumSHA256,
      }));
      const complete = (parts: object[]) =>
        s3.send(
          new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }),
        );
      await expect(complete(Parts.map(({ ChecksumSHA256: _, ...part }) => part))).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringContaining('It was missing for part 1 in the request.'),
      });
      await expect(
        complete(Parts.map((part) => ({ ...part, ChecksumSHA256: Parts[0]?.ChecksumSHA256 }))),
      ).rejects.toMatchObject({ name: 'InvalidPart' });
      const parts = [content.subarray(0, 5 << 20), content.subarray(5 << 20)].map(sha256);
      const composite = `${sha256(Buffer.concat(parts)).toString('base64')}-2`;
      expect((await complete(Parts)).ChecksumSHA256).toBe(composite);
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({ ChecksumSHA256: composite, ChecksumType: 'COMPOSITE' });
      const { CopyObjectResult } = await s3.send(
        new CopyObjectCommand({ Bucket, Key: 'whole', CopySource: `${Bucket}/${Key}` }),
      );
      expect(CopyObjectResult).toMatchObject({
        ChecksumSHA256: sha256(content).toString('base64'),
        ETag: `"${createHash('md5').update(content).digest('hex')}"`,
      });
    });

    test.each([
      // 0xcbf43926 is the check value of CRC-32 in Williams' "Painless Guide"; composites by zlib and hashlib
      // of Python.
      ['CRC32', 'FULL_OBJECT', 'y/Q5Jg=='],
      ['CRC32', undefined, '7kxlUA==-1'],
      ['SHA1', undefined, 'zGcEPHvP9e6lVmvZsfPHT9mlz10=-1'],
      ['SHA256', 'COMPOSITE', 'KSsNAHVmgy25S/rmic1w0at3KBH9RLn0nYVQ7p6mpJQ=-1'],
    ] as const)('have a checksum by %s of the type %s', async (ChecksumAlgorithm, ChecksumType, expected) => {
      const { UploadId, ...created } = await s3.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm, ChecksumType }),
      );
      const type = ChecksumType ?? 'COMPOSITE';
      expect(created).toMatchObject({ ChecksumAlgorithm, ChecksumType: type });
      const { $metadata: _, ...part } = await s3.send(
        new UploadPartCommand({
          Bucket,
          Key,
          UploadId,
          PartNumber: 1,
          Body: '123456789',
          ChecksumAlgorithm,
        }),
      );
      const Parts = [{ ...part, PartNumber: 1 }];
      await s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: expected, ChecksumType: type });
    });

    test.each([
      [
        { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' },
        /FULL_OBJECT checksum type cannot be used with the sha256/,
      ],
      [{ ChecksumType: 'COMPOSITE' }, /can only be used with the x-amz-checksum-algorithm header/],
      [{ ChecksumAlgorithm: 'CRC64NVME' }, /ChecksumAlgorithm CRC64NVME \(only CRC32, SHA1, SHA256\)/],
    ] as const)('refuse the checksum %j', async (checksum, message) => {
      await expect(s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...checksum }))).rejects.toThrow(
        message,
      );
    });

    test('have parts in the order of their numbers', async () => {
      await put('from', content);
      const UploadId = await begin();
      const { CopyPartResult } = await copyPart(UploadId, 2);
      const Parts = [
        { PartNumber: 2, ETag: CopyPartResult?.ETag, ChecksumSHA256: CopyPartResult?.ChecksumSHA256 },
      ];
      await expect(
        s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } })),
      ).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    });

    test.each([
      ['bytes=0-', 'InvalidArgument', /must be of the form bytes=first-last/],
      ['bytes=9-3', 'InvalidArgument', /must be of the form bytes=first-last/],
      [`bytes=0-${6 << 20}`, 'InvalidArgument', /not valid for source object of size: 6291456/],
      ['bytes=7000000-8000000', 'InvalidRequest', /copy range is invalid for the source object size/],
    ])('refuse the range %s', async (range, name, message) => {
      await put('from', content);
      await expect(copyPart(await begin(), 1, range)).rejects.toMatchObject({
        name,
        message: expect.stringMatching(message),
      });
    });

    test('refuse a range of a small source, and parts with another checksum than the upload', async () => {
      await put('from', 'small');
      const UploadId = await begin();
      await expect(copyPart(UploadId, 1, 'bytes=0-1')).rejects.toMatchObject({
        message: 'The specified copy source is not supported as a byte-range copy source.',
      });
      await expect(
        s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' })),
      ).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringContaining('expected checksum Type: sha256'),
      });
    });
  });

  describe('versions', () => {
    test('are all there until one is deleted by its id', async () => {
      await versioned();
      const first = await put('k', 'one');
      await put('k', 'two');
      const { DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      expect(DeleteMarker).toBe(true);
      await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
      expect(await get('k', { VersionId: first.VersionId })).toBe('one');
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: first.VersionId }));
      await expect(get('k', { VersionId: first.VersionId })).rejects.toMatchObject({ name: 'NoSuchVersion' });
      const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      expect(Versions).toMatchObject([{ Key: 'k', IsLatest: false, Size: 3 }]);
      expect(DeleteMarkers).toMatchObject([{ Key: 'k', IsLatest: true }]);
    });

    test('keep a bucket from being deleted', async () => {
      await versioned();
      await put('k');
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
        name: 'BucketNotEmpty',
      });
    });

    test('come in pages that lose none', async () => {
      await versioned();
      for (const body of ['1', '2', '3']) for (const key of ['a', 'b']) await put(key, body);
      const seen: string[] = [];
      let KeyMarker: string | undefined;
      let VersionIdMarker: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, KeyMarker, VersionIdMarker }),
        );
        seen.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
        ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
      } while (KeyMarker);
      expect(new Set(seen).size).toBe(6);
      expect(seen).toHaveLength(6);
    });

    test('that are no longer current expire by a lifecycle rule', async () => {
      await versioned();
      await s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [
              {
                Status: 'Enabled',
                Filter: { Prefix: 'old/' },
                NoncurrentVersionExpiration: { NoncurrentDays: 2 },
              },
            ],
          },
        }),
      );
      for (const key of ['old/k', 'kept']) for (const body of ['one', 'two']) await put(key, body);
      await fixture.advance(49 * HOUR);
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      expect(Versions.map(({ Key }) => Key)).toEqual(['kept', 'kept', 'old/k']);
    });
  });

  test('forgets uploads that were never completed', async () => {
    const AbortIncompleteMultipartUpload = { DaysAfterInitiation: 1 };
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ Status: 'Enabled', Prefix: '', AbortIncompleteMultipartUpload }],
        },
      }),
    );
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const upload = () =>
      s3.send(new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'x' }));
    await expect(upload()).resolves.toBeDefined();
    await fixture.advance(25 * HOUR);
    await expect(upload()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('lists keys in pages, with common prefixes', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/1', 'd']) await put(key);
    const names: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken }),
      );
      names.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      names.push(...(page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(names).toEqual(['a/', 'b', 'c/', 'd']);
  });

  test('tells EventBridge of new objects', async () => {
    const queue = await fixture.queueFor('created', 'events.amazonaws.com');
    const events = new EventBridgeClient(fixture.config());
    const EventPattern = JSON.stringify({
      source: ['aws.s3'],
      detail: { object: { key: [{ prefix: 'in/' }] } },
    });
    await events.send(new PutRuleCommand({ Name: 'created', EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: 'created', Targets: [{ Id: 'q', Arn: queue.arn }] }));
    await put('in/before');
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await put('in/after', 'four');
    await put('out/after');
    await fixture.settle();
    expect(await fixture.receiveJson(queue.url)).toMatchObject([
      {
        'detail-type': 'Object Created',
        detail: { reason: 'PutObject', bucket: { name: Bucket }, object: { key: 'in/after', size: 4 } },
      },
    ]);
  });

  describe('access', () => {
    test('is what the role may do; who may not list learns nothing about missing keys', async () => {
      await put('public/a');
      const reader = new S3Client(
        await fixture.roleConfig('reader', [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/public/*` },
        ]),
      );
      await expect(reader.send(new GetObjectCommand({ Bucket, Key: 'public/a' }))).resolves.toBeDefined();
      for (const Key of ['private/a', 'public/missing']) {
        await expect(reader.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
          name: 'AccessDenied',
          $metadata: { httpStatusCode: 403 },
        });
      }
    });

    test('is denied by the bucket policy, whatever the role may', async () => {
      await put('secret');
      const reader = new S3Client(
        await fixture.roleConfig('all', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]),
      );
      const Policy = JSON.stringify({
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${Bucket}/secret`,
          },
        ],
      });
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await expect(reader.send(new GetObjectCommand({ Bucket, Key: 'secret' }))).rejects.toThrow(
        /explicit deny in a resource-based policy/,
      );
    });
  });
});
