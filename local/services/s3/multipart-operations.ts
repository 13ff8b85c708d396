import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { type Bucket, headersOf, type ObjectVersion, tagsOf } from './bucket';
import {
  checksumOfCopy,
  checksumOfUpload,
  checksumsOf,
  md5,
  type UploadChecksum,
  uploadChecksum,
} from './checksums';
import { checkCopySource, checkWrite } from './conditions';
import { checkCopiedBytes, copiedRange } from './copied-bytes';
import { copySource } from './copy-source';
import { isAbandoned } from './lifecycle';
import type { ObjectEncryption } from './object-encryption';
import type { ObjectEvents } from './object-events';
import { bufferOf, checkedKey, checkedMetadata, versionIdOf } from './object-operations';
import type { ObjectStore } from './object-store';

interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started: Date;
  readonly object: Pick<ObjectVersion, 'headers' | 'metadata' | 'encryption' | 'tags'>;
  /** What parts, and the object, have. */
  readonly checksum: UploadChecksum | undefined;
  readonly parts: Map<number, Part>;
}

interface Part {
  readonly file: string;
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
  /** By the algorithm of the upload. */
  readonly checksum: string | undefined;
}

const MOST_PARTS = 10_000;
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/** Uploads of large objects in parts. */
export function multipartOperations(
  cloud: Cloud,
  store: ObjectStore,
  events: ObjectEvents,
  encryption: ObjectEncryption,
) {
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

  const keepPart = async (upload: Upload, number: number, body: Buffer, checksum: string | undefined) => {
    const part = {
      file: await store.writeBody(body),
      etag: `"${md5(body).toString('hex')}"`,
      size: body.length,
      modified: cloud.clock.date(),
      checksum,
    };
    upload.parts.set(number, part);
    return part;
  };

  const operations = {
    CreateMultipartUpload: (input) => {
      const bucket = store.bucket(input.Bucket as string);
      const checksum = uploadChecksum(input.ChecksumAlgorithm, input.ChecksumType);
      const id = cloud.id(40);
      uploads.set(id, {
        id,
        bucket: bucket.name,
        key: checkedKey(input.Key as string),
        started: cloud.clock.date(),
        object: {
          headers: headersOf(input),
          metadata: checkedMetadata(input.Metadata),
          encryption: encryption.of(bucket, input),
          tags: tagsOf(input.Tagging),
        },
        checksum,
        parts: new Map(),
      });
      return {
        Bucket: bucket.name,
        Key: input.Key,
        UploadId: id,
        ...encryption.of(bucket, input),
        ...(checksum && { ChecksumAlgorithm: input.ChecksumAlgorithm, ChecksumType: checksum.type }),
      };
    },

    UploadPart: async (input) => {
      checkPartNumber(input.PartNumber as number);
      const upload = find(input);
      encryption.check(upload.object.encryption);
      const body = bufferOf(input.Body);
      const checksums = checksumsOf(input, body);
      const checksum = upload.checksum && checksums[`Checksum${upload.checksum.algorithm}`];
      if (upload.checksum && checksum === undefined) {
        const expected = upload.checksum.algorithm.toLowerCase();
        const actual = Object.keys(checksums)[0]?.slice('Checksum'.length).toLowerCase() ?? 'null';
        throw new AwsError(
          'InvalidRequest',
          `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
        );
      }
      const { etag } = await keepPart(upload, input.PartNumber as number, body, checksum);
      return { ETag: etag, ...checksums };
    },

    UploadPartCopy: async (input) => {
      checkPartNumber(input.PartNumber as number);
      const upload = find(input);
      const source = copySource(input.CopySource as string);
      const from = store.find(source.bucket, source.key, source.versionId);
      checkCopySource(input.CopySourceIfMatch, from);
      encryption.check(from.encryption);
      encryption.check(upload.object.encryption);
      const [start, end] = copiedRange(input.CopySourceRange, from.size);
      checkCopiedBytes(end - start, store.largestCopyBytes);
      const body = (await store.readBody(from.file as string)).subarray(start, end);
      const checksums = checksumOfCopy(upload.checksum?.algorithm, body) ?? {};
      const [checksum] = Object.values(checksums);
      const part = await keepPart(upload, input.PartNumber as number, body, checksum);
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
      encryption.check(upload.object.encryption);
      checkWrite(input, store.current(bucket.name, upload.key));
      const wanted = input.MultipartUpload?.Parts ?? [];
      checkOrder(wanted, upload);
      const parts = wanted.map((part) => partOf(upload, part));
      if (parts.length === 0) {
        throw new AwsError(
          'MalformedXML',
          'The XML you provided was not well-formed or did not validate against our published schema',
        );
      }
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
        checksums: upload.checksum
          ? checksumOfUpload(
              upload.checksum,
              parts.map(({ checksum }) => checksum as string),
              body,
            )
          : {},
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

/**
 * @throws AwsError InvalidPartOrder if the numbers do not rise or, where parts have checksums, are not 1, 2,
 * 3, ...
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html for the code and its
 * text
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompletedPart.html for the numbers of parts with
 * checksums
 */
function checkOrder(parts: readonly sdk.CompletedPart[], { id, checksum }: Upload): void {
  const numbers = parts.map(({ PartNumber }) => PartNumber as number);
  const isInOrder = numbers.every((number, index) =>
    checksum ? number === index + 1 : index === 0 || number > (numbers[index - 1] as number),
  );
  if (isInOrder) return;
  throw new AwsError(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
    { extra: { UploadId: id } },
  );
}

/** The text of what is missing is of https://github.com/boto/s3transfer/issues/241. */
function partOf(upload: Upload, { PartNumber, ETag, ...checksums }: sdk.CompletedPart): Part {
  const { algorithm, type } = upload.checksum ?? {};
  const given = algorithm && (checksums as Record<string, string | undefined>)[`Checksum${algorithm}`];
  if (type === 'COMPOSITE' && given === undefined) {
    throw new AwsError(
      'InvalidRequest',
      `The upload was created using a ${algorithm?.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${PartNumber} in the request.`,
    );
  }
  const part = upload.parts.get(PartNumber as number);
  const isSame = part?.etag.replace(/"/g, '') === ETag?.replace(/"/g, '');
  if (part && isSame && (given === undefined || part.checksum === given)) return part;
  throw new AwsError(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { extra: { PartNumber, UploadId: upload.id } },
  );
}
