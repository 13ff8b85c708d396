import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';

const ALGORITHMS: Readonly<Record<string, ((body: Buffer) => Buffer) | undefined>> = {
  ChecksumCRC32: (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes;
  },
  ChecksumSHA1: (body) => createHash('sha1').update(body).digest(),
  ChecksumSHA256: (body) => createHash('sha256').update(body).digest(),
  // Kept and given back, but not computed.
  ChecksumCRC32C: undefined,
  ChecksumCRC64NVME: undefined,
};

/**
 * The checksums that came with a body.
 *
 * @throws AwsError BadDigest if the body is another one
 */
export function checksumsOf(input: object, body: Buffer): Record<string, string> {
  const given = input as Record<string, string | undefined>;
  const checksums: Record<string, string> = {};
  for (const [name, compute] of Object.entries(ALGORITHMS)) {
    const value = given[name];
    if (!value) continue;
    if (compute && compute(body).toString('base64') !== value) {
      const algorithm = name.slice('Checksum'.length);
      throw new AwsError(
        'BadDigest',
        `The ${algorithm} you specified did not match the calculated checksum.`,
      );
    }
    checksums[name] = value;
  }
  if (given.ContentMD5 && md5(body).toString('base64') !== given.ContentMD5) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  return checksums;
}

/** The checksum that S3 makes of a copy if it is asked to; of others the source's stays. */
export function checksumOfCopy(
  algorithm: string | undefined,
  body: Buffer,
): Record<string, string> | undefined {
  if (algorithm === undefined) return undefined;
  const name = `Checksum${algorithm}`;
  const compute = ALGORITHMS[name];
  if (!compute) throw new NotImplementedError(`CopyObject with ChecksumAlgorithm ${algorithm}`);
  return { [name]: compute(body).toString('base64') };
}

/** The checksum that an upload in parts was created with. */
export interface UploadChecksum {
  readonly algorithm: string;
  readonly type: 'COMPOSITE' | 'FULL_OBJECT';
}

/**
 * The checksum that an upload in parts is to have; undefined if none was asked for. The CRCs have both types,
 * the SHAs none of the full object.
 *
 * Defaults are those of "Checking object integrity for data uploads" in S3's user guide; code and texts are
 * of AWS's answers that LocalStack's provider keeps (`localstack/services/s3/provider.py`,
 * `create_multipart_upload`).
 *
 * @throws AwsError InvalidRequest for a type without an algorithm, or one that the algorithm does not have
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function uploadChecksum(
  algorithm: string | undefined,
  type: UploadChecksum['type'] | undefined,
): UploadChecksum | undefined {
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw new AwsError(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  if (type === 'FULL_OBJECT' && algorithm.startsWith('SHA')) {
    throw new AwsError(
      'InvalidRequest',
      `The FULL_OBJECT checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: type ?? 'COMPOSITE' };
}

/** The checksum of an object in parts. @param parts the checksums of its parts, in their order */
export function checksumOfUpload(
  { algorithm, type }: UploadChecksum,
  parts: readonly string[],
  body: Buffer,
): Record<string, string> {
  if (type === 'FULL_OBJECT') return { ...checksumOfCopy(algorithm, body), ChecksumType: type };
  const digests = Buffer.concat(parts.map((checksum) => Buffer.from(checksum, 'base64')));
  const composite = Object.entries(checksumOfCopy(algorithm, digests) ?? {});
  return {
    ...Object.fromEntries(composite.map(([name, checksum]) => [name, `${checksum}-${parts.length}`])),
    ChecksumType: type,
  };
}

/** The algorithm of a checksum of checksums; undefined for other checksums. */
export function compositeAlgorithm(checksums: Readonly<Record<string, string>>): string | undefined {
  if (checksums.ChecksumType !== 'COMPOSITE') return undefined;
  const name = Object.keys(ALGORITHMS).find((algorithm) => checksums[algorithm] !== undefined);
  return name?.slice('Checksum'.length);
}

export function md5(body: Buffer): Buffer {
  return createHash('md5').update(body).digest();
}
