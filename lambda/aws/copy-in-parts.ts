import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import { logger } from './logger';

/** Sizes at which S3 copies, in bytes. */
export interface CopySizes {
  /** The largest object that is copied in one call. */
  readonly inOneCall: number;
  /** Each part of a larger object but the last. */
  readonly part: number;
}

/**
 * `CopyObject` takes objects of up to 5 GB, and refuses more with "larger than the maximum allowable size for
 * a copy source: 5368709120". A part has 5 MiB to 5 GiB, and an upload 10,000 parts: parts of 512 MiB reach 5
 * TB.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const COPY_SIZES: CopySizes = { inOneCall: 5 * 1024 ** 3, part: 512 * 1024 ** 2 };

/**
 * Parts that are copied at a time. S3 advises to count on 85 MB/s a request, at which 16 copy 1.2 TB in the
 * 15 minutes of a function. The bytes stay within S3.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html
 */
const AT_A_TIME = 16;

/** One version of an object that is to be copied, and where to. */
export interface LargeCopy {
  /** As `CopySource` names it: percent-encoded, with `versionId` if its bucket is versioned. */
  readonly source: string;
  /** All parts are of the content that has it: it holds where the bucket has no versions, too. */
  readonly etag: string;
  readonly bytes: number;
  readonly partBytes: number;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
}

/**
 * Copies a version of an object in parts; an upload that fails is aborted.
 *
 * S3 calculates the SHA-256 of each part while it copies it, and that of the object from those of the parts:
 * no other algorithm that withstands forgery has a checksum of the whole object in an upload of parts (only
 * the CRCs have). What checksum the source has does not matter: an upload without one has S3's default, a
 * CRC64NVME.
 *
 * @throws Error of the first part that cannot be copied: `PreconditionFailed` if the source was replaced
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export async function copyInParts(client: S3Client, copy: LargeCopy): Promise<PinnedObject> {
  const target = { Bucket: copy.bucket, Key: copy.key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...target,
      ContentType: copy.contentType,
      ChecksumAlgorithm: 'SHA256',
    }),
  );
  const upload = { ...target, UploadId };
  try {
    const Parts = await copyParts(client, copy, upload);
    const { VersionId, ChecksumSHA256 } = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    if (!VersionId || !ChecksumSHA256)
      throw new Error(`s3://${copy.bucket}/${copy.key} was copied without version or checksum`);
    return { versionId: VersionId, sha256: ChecksumSHA256, partBytes: copy.partBytes };
  } catch (error) {
    // What is left of the upload costs until the lifecycle of the bucket ends it; the copy has failed for
    // another reason.
    await client.send(new AbortMultipartUploadCommand(upload)).catch((cause: Error) => {
      logger.warn(`the upload ${UploadId} of ${copy.key} could not be aborted`, cause);
    });
    throw error;
  }
}

type Upload = { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined };

/**
 * In the order of their numbers. Ends when no request is in progress any more: an abort would miss parts that
 * arrive after it.
 */
async function copyParts(client: S3Client, copy: LargeCopy, upload: Upload): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  const count = Math.ceil(copy.bytes / copy.partBytes);
  let next = 0;
  let hasFailed = false;
  const copyOneAfterAnother = async () => {
    while (next < count && !hasFailed) {
      const index = next++;
      try {
        parts[index] = await copyPart(client, copy, upload, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: AT_A_TIME }, copyOneAfterAnother));
  const failed = workers.find((worker) => worker.status === 'rejected');
  if (failed) throw failed.reason;
  return parts;
}

async function copyPart(
  client: S3Client,
  { source, etag, bytes, partBytes }: LargeCopy,
  upload: Upload,
  index: number,
): Promise<CompletedPart> {
  const first = index * partBytes;
  const last = Math.min(first + partBytes, bytes) - 1;
  const PartNumber = index + 1;
  const { CopyPartResult } = await client.send(
    new UploadPartCopyCommand({
      ...upload,
      PartNumber,
      CopySource: source,
      CopySourceIfMatch: etag,
      CopySourceRange: `bytes=${first}-${last}`,
    }),
  );
  return { PartNumber, ETag: CopyPartResult?.ETag, ChecksumSHA256: CopyPartResult?.ChecksumSHA256 };
}
