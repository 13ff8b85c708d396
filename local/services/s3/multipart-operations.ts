import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { type Bucket, headersOf, type ObjectVersion, tagsOf } from './bucket';
import { checksumOfCopy, checksumsOf, compositeSha256, md5 } from './checksums';
import { checkWrite } from './conditions';
import { checkCopiedBytes, copiedRange } from './copied-bytes';
import { copySource } from './copy-source';
import { isAbandoned } from './lifecycle';
import type { ObjectEvents } from './object-events';
import { bufferOf, checkedKey, checkedMetadata, encryptionOf, versionIdOf } from './object-operations';
import type { ObjectStore } from './object-store';

interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started: Date;
  readonly object: Pick<ObjectVersion, 'headers' | 'metadata' | 'encryption' | 'tags'>;
  /** Whether parts, and the object, have a SHA-256. */
  readonly hasSha256: boolean;
  readonly parts: Map<number, Part>;
}

interface Part {
  readonly file: string;
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
  readonly sha256: string | undefined;
}

const MOST_PARTS = 10_000;
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/** Uploads of large objects in parts. */
export function multipartOperations(cloud: Cloud, store: ObjectStore, events: ObjectEvents) {
  const uploads = cloud.table<Upload>('s3/uploads');

  const forget = async (upload: Upload) => {
    uploads.delete(upload.id);
    await Promise.all([...upload.parts.values()].map(({ file }) => store.removeBody(file)));
  };

  /** Done when the bucket's uploads are next used. */
  const dropAbandoned = (bucket: Bucket) => {
    for (const upload of uploads.values()) {
      if (upload.bucket !== bucket.name) continue;
      if (isAbandoned(bucket, upload.key, upload.started, cloud.clock.date()))
        cloud.clock.track(forget(upload));
    }
  };

  const find = (input: { Bucket?: string | undefined; UploadId?: string | undefined }): Upload => {
    dropAbandoned(store.bucket(input.Bucket as string));
    const upload = uploads.get(input.UploadId as string);
    if (upload) return upload;
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { status: 404 },
    );
  };

  const keepPart = async (upload: Upload, number: number, body: Buffer, sha256: string | undefined) => {
    const part = {
      file: await store.writeBody(body),
      etag: `"${md5(body).toString('hex')}"`,
      size: body.length,
      modified: cloud.clock.date(),
      sha256,
    };
    upload.parts.set(number, part);
    return part;
  };

  const operations = {
    CreateMultipartUpload: (input) => {
      const bucket = store.bucket(input.Bucket as string);
      const id = cloud.id(40);
      uploads.set(id, {
        id,
        bucket: bucket.name,
        key: checkedKey(input.Key as string),
        started: cloud.clock.date(),
        object: {
          headers: headersOf(input),
          metadata: checkedMetadata(input.Metadata),
          encryption: encryptionOf(bucket, input),
          tags: tagsOf(input.Tagging),
        },
        hasSha256: input.ChecksumAlgorithm === 'SHA256',
        parts: new Map(),
      });
      return {
        Bucket: bucket.name,
        Key: input.Key,
        UploadId: id,
        ...encryptionOf(bucket, input),
        ...(input.ChecksumAlgorithm === 'SHA256' && {
          ChecksumAlgorithm: 'SHA256' as const,
          ChecksumType: 'COMPOSITE' as const,
        }),
      };
    },

    UploadPart: async (input) => {
      checkPartNumber(input.PartNumber as number);
      const upload = find(input);
      const body = bufferOf(input.Body);
      const checksums = checksumsOf(input, body);
      if (upload.hasSha256 && checksums.ChecksumSHA256 === undefined) {
        const actual = Object.keys(checksums)[0]?.slice('Checksum'.length).toLowerCase() ?? 'null';
        throw new AwsError(
          'InvalidRequest',
          `Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: ${actual}`,
        );
      }
      const { etag } = await keepPart(upload, input.PartNumber as number, body, checksums.ChecksumSHA256);
      return { ETag: etag, ...checksums };
    },

    UploadPartCopy: async (input) => {
      checkPartNumber(input.PartNumber as number);
      const upload = find(input);
      const source = copySource(input.CopySource as string);
      const from = store.find(source.bucket, source.key, source.versionId);
      const [start, end] = copiedRange(input.CopySourceRange, from.size);
      checkCopiedBytes(end - start);
      const body = (await store.readBody(from.file as string)).subarray(start, end);
      const checksums = checksumOfCopy(upload.hasSha256 ? 'SHA256' : undefined, body);
      const part = await keepPart(upload, input.PartNumber as number, body, checksums?.ChecksumSHA256);
      return {
        CopyPartResult: { ETag: part.etag, LastModified: part.modified, ...checksums },
        ...(from.versionId !== 'null' && { CopySourceVersionId: from.versionId }),
      };
    },

    ListParts: (input) => {
      const { bucket, key, id, parts } = find(input);
      return {
        Bucket: bucket,
        Key: key,
        UploadId: id,
        IsTruncated: false,
        Parts: [...parts]
          .sort(([a], [b]) => a - b)
          .map(([PartNumber, { etag, size, modified }]) => ({
            PartNumber,
            ETag: etag,
            Size: size,
            LastModified: modified,
          })),
      };
    },

    ListMultipartUploads: (input) => {
      const bucket = store.bucket(input.Bucket as string);
      dropAbandoned(bucket);
      const { name } = bucket;
      return {
        Bucket: name,
        IsTruncated: false,
        Uploads: [...uploads.values()]
          .filter((upload) => upload.bucket === name && upload.key.startsWith(input.Prefix ?? ''))
          .map(({ key, id, started }) => ({ Key: key, UploadId: id, Initiated: started })),
      };
    },

    CompleteMultipartUpload: async (input) => {
      const upload = find(input);
      const bucket = store.bucket(upload.bucket);
      checkWrite(input, store.current(bucket.name, upload.key));
      const parts = (input.MultipartUpload?.Parts ?? []).map((wanted) => partOf(upload, wanted));
      if (parts.length === 0) throw new AwsError('MalformedXML', 'The list of parts is empty');
      if (parts.slice(0, -1).some(({ size }) => size < SMALLEST_PART_BYTES)) {
        throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
      }
      const body = Buffer.concat(await Promise.all(parts.map(({ file }) => store.readBody(file))));
      const digests = parts.map(({ etag }) => Buffer.from(etag.replace(/"/g, ''), 'hex'));
      const version: ObjectVersion = {
        ...upload.object,
        key: upload.key,
        versionId: store.newVersionId(bucket),
        isDeleteMarker: false,
        modified: cloud.clock.date(),
        etag: `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`,
        size: body.length,
        file: await store.writeBody(body),
        checksums: upload.hasSha256 ? compositeSha256(parts.map(({ sha256 }) => sha256 as string)) : {},
      };
      store.add(bucket.name, version);
      await forget(upload);
      events.created(bucket, version, 'CompleteMultipartUpload');
      return {
        Bucket: bucket.name,
        Key: version.key,
        Location: `${cloud.url}/${bucket.name}/${encodeURIComponent(version.key)}`,
        ETag: version.etag,
        ...versionIdOf(version),
        ...version.encryption,
        ...version.checksums,
      };
    },

    AbortMultipartUpload: async (input) => {
      await forget(find(input));
      return {};
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

/** The text is of AWS's answer that LocalStack recorded (`tests/aws/services/s3/test_s3.snapshot.json`). */
function checkPartNumber(number: number): void {
  if (number >= 1 && number <= MOST_PARTS) return;
  throw new AwsError(
    'InvalidArgument',
    `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
    { extra: { ArgumentName: 'partNumber', ArgumentValue: number } },
  );
}

function partOf(upload: Upload, { PartNumber, ETag, ChecksumSHA256 }: sdk.CompletedPart): Part {
  if (upload.hasSha256 && ChecksumSHA256 === undefined) {
    throw new AwsError(
      'InvalidRequest',
      `The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part ${PartNumber} in the request.`,
    );
  }
  const part = upload.parts.get(PartNumber as number);
  const isSame = part?.etag.replace(/"/g, '') === ETag?.replace(/"/g, '');
  if (part && isSame && (!upload.hasSha256 || part.sha256 === ChecksumSHA256)) return part;
  throw new AwsError(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { extra: { PartNumber, UploadId: upload.id } },
  );
}
