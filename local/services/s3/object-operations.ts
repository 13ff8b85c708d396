import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { type Bucket, headersOf, type ObjectVersion, tagsOf } from './bucket';
import { byteRange } from './byte-range';
import { checksumOfCopy, checksumsOf, compositeAlgorithm, md5 } from './checksums';
import { checkRead, checkWrite } from './conditions';
import { checkCopiedBytes } from './copied-bytes';
import { copySource } from './copy-source';
import { deleteMarker } from './lifecycle';
import type { ObjectEncryption } from './object-encryption';
import type { ObjectEvents } from './object-events';
import type { ObjectStore } from './object-store';

/** Operations on objects, except multipart uploads and listings. */
export function objectOperations(
  cloud: Cloud,
  store: ObjectStore,
  events: ObjectEvents,
  encryption: ObjectEncryption,
) {
  const remove = (bucket: Bucket, key: string, versionId: string | undefined) => {
    if (versionId === undefined && bucket.versioning) {
      const marker = deleteMarker(key, store.newVersionId(bucket), cloud.clock.date());
      store.add(bucket.name, marker);
      events.deleted(bucket, marker);
      return { VersionId: marker.versionId, DeleteMarker: true };
    }
    const version = versionId
      ? store.version(bucket.name, key, versionId)
      : store.versions(bucket.name).get(key)?.at(-1);
    if (version) {
      store.remove(bucket.name, version);
      events.deleted(bucket, version);
    }
    return {
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(version?.isDeleteMarker && { DeleteMarker: true }),
    };
  };

  const operations = {
    PutObject: async (input) => {
      const bucket = store.bucket(input.Bucket as string);
      const key = checkedKey(input.Key as string);
      checkWrite(input, store.current(bucket.name, key));
      const body = bufferOf(input.Body);
      const checksums = checksumsOf(input, body);
      const file = await store.writeBody(body);
      try {
        // Another request may have been quicker.
        checkWrite(input, store.current(bucket.name, key));
      } catch (error) {
        await store.removeBody(file);
        throw error;
      }
      const version: ObjectVersion = {
        key,
        versionId: store.newVersionId(bucket),
        isDeleteMarker: false,
        modified: cloud.clock.date(),
        etag: `"${md5(body).toString('hex')}"`,
        size: body.length,
        file,
        headers: headersOf(input),
        metadata: checkedMetadata(input.Metadata),
        checksums,
        encryption: encryption.of(bucket, input),
        tags: tagsOf(input.Tagging),
      };
      store.add(bucket.name, version);
      events.created(bucket, version, 'PutObject');
      return { ETag: version.etag, ...versionIdOf(version), ...checksums, ...version.encryption };
    },

    GetObject: async (input) => {
      const version = store.find(input.Bucket as string, input.Key as string, input.VersionId);
      checkRead(input, version);
      encryption.check(version.encryption);
      const whole = await store.readBody(version.file as string);
      const range = byteRange(input.Range, whole.length);
      const overrides = {
        ...(input.ResponseContentType && { ContentType: input.ResponseContentType }),
        ...(input.ResponseContentDisposition && { ContentDisposition: input.ResponseContentDisposition }),
      };
      return {
        ...describe(version, input.ChecksumMode === 'ENABLED' && !range),
        ...overrides,
        Body: range ? whole.subarray(range.start, range.end + 1) : whole,
        ContentLength: range ? range.end - range.start + 1 : whole.length,
        ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${whole.length}` }),
      };
    },

    HeadObject: (input) => {
      let version: ObjectVersion;
      try {
        version = store.find(input.Bucket as string, input.Key as string, input.VersionId);
      } catch (error) {
        // An answer without a body has no room for a code.
        const status = (error as AwsError).options.status ?? 404;
        throw status === 404 ? new AwsError('NotFound', 'Not Found', { status }) : error;
      }
      checkRead(input, version);
      encryption.check(version.encryption);
      return { ...describe(version, input.ChecksumMode === 'ENABLED'), ContentLength: version.size };
    },

    GetObjectAttributes: (input) => {
      const version = store.find(input.Bucket as string, input.Key as string, input.VersionId);
      encryption.check(version.encryption);
      const wanted = new Set(input.ObjectAttributes ?? []);
      return {
        LastModified: version.modified,
        ...versionIdOf(version),
        ...(wanted.has('ETag') && { ETag: version.etag.replace(/"/g, '') }),
        ...(wanted.has('ObjectSize') && { ObjectSize: version.size }),
        ...(wanted.has('StorageClass') && { StorageClass: 'STANDARD' as const }),
        ...(wanted.has('Checksum') && { Checksum: version.checksums }),
      };
    },

    CopyObject: async (input) => {
      const source = copySource(input.CopySource as string);
      const from = store.find(source.bucket, source.key, source.versionId);
      encryption.check(from.encryption);
      checkCopiedBytes(from.size, store.largestCopyBytes);
      const bucket = store.bucket(input.Bucket as string);
      const key = checkedKey(input.Key as string);
      checkWrite(input, store.current(bucket.name, key));
      const body = await store.readBody(from.file as string);
      // "If the source object is an object that was uploaded by using a multipart upload, the object copy
      // will be a single part object", and has the source's algorithm unless another is given: the service
      // model at `CopyObjectRequest.CopySource` and `ChecksumAlgorithm`
      // (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html). Its entity tag and checksum
      // are of the whole then.
      const algorithm = input.ChecksumAlgorithm ?? compositeAlgorithm(from.checksums);
      const checksums = checksumOfCopy(algorithm, body) ?? from.checksums;
      const file = await store.writeBody(body);
      const replaces = input.MetadataDirective === 'REPLACE';
      const version: ObjectVersion = {
        ...from,
        key,
        versionId: store.newVersionId(bucket),
        modified: cloud.clock.date(),
        etag: `"${md5(body).toString('hex')}"`,
        file,
        checksums,
        headers: replaces ? headersOf(input) : from.headers,
        metadata: replaces ? checkedMetadata(input.Metadata) : from.metadata,
        encryption: encryption.of(bucket, input),
        tags: input.TaggingDirective === 'REPLACE' ? tagsOf(input.Tagging) : from.tags,
      };
      store.add(bucket.name, version);
      events.created(bucket, version, 'CopyObject');
      return {
        CopyObjectResult: { ETag: version.etag, LastModified: version.modified, ...checksums },
        CopySourceVersionId: from.versionId,
        ...versionIdOf(version),
        ...version.encryption,
      };
    },

    DeleteObject: (input) =>
      remove(store.bucket(input.Bucket as string), input.Key as string, input.VersionId),

    DeleteObjects: (input) => {
      const bucket = store.bucket(input.Bucket as string);
      const objects = input.Delete?.Objects ?? [];
      if (objects.length > 1000) {
        throw new AwsError(
          'MalformedXML',
          'The XML you provided was not well-formed or did not validate against our published schema',
        );
      }
      const Deleted = objects.map(({ Key, VersionId }) => {
        const { VersionId: id, DeleteMarker } = remove(bucket, Key as string, VersionId);
        return {
          Key,
          ...(VersionId && { VersionId }),
          ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: id }),
        };
      });
      return input.Delete?.Quiet ? {} : { Deleted };
    },

    PutObjectTagging: (input) => {
      const version = store.find(input.Bucket as string, input.Key as string, input.VersionId);
      version.tags = input.Tagging?.TagSet ?? [];
      return versionIdOf(version);
    },
    GetObjectTagging: (input) => {
      const version = store.find(input.Bucket as string, input.Key as string, input.VersionId);
      return { TagSet: version.tags, ...versionIdOf(version) };
    },
    DeleteObjectTagging: (input) => {
      const version = store.find(input.Bucket as string, input.Key as string, input.VersionId);
      version.tags = [];
      return versionIdOf(version);
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

/** Bytes of a body, however it came. */
export function bufferOf(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  const { buffer, byteOffset, byteLength } = body as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** @throws AwsError KeyTooLongError */
export function checkedKey(key: string): string {
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return key;
}

const MOST_METADATA_BYTES = 2_048;

/**
 * @throws AwsError for more than S3 keeps, counted as "Working with object metadata" of its user guide counts
 */
export function checkedMetadata(metadata: Readonly<Record<string, string>> = {}): Record<string, string> {
  const bytes = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > MOST_METADATA_BYTES) {
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      extra: { Size: bytes, MaxSizeAllowed: MOST_METADATA_BYTES },
    });
  }
  return { ...metadata };
}

export function versionIdOf({ versionId }: ObjectVersion): { VersionId?: string } {
  return versionId === 'null' ? {} : { VersionId: versionId };
}

function describe(version: ObjectVersion, withChecksums: boolean) {
  return {
    AcceptRanges: 'bytes',
    ETag: version.etag,
    LastModified: version.modified,
    Metadata: { ...version.metadata },
    ...versionIdOf(version),
    ...version.headers,
    ContentType: version.headers.ContentType ?? 'binary/octet-stream',
    ...version.encryption,
    ...(withChecksums && version.checksums),
    ...(version.tags.length > 0 && { TagCount: version.tags.length }),
  };
}
