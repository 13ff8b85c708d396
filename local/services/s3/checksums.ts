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

/** The checksum of checksums that S3 gives an object whose parts have a SHA-256 each. */
export function compositeSha256(parts: readonly string[]): Record<string, string> {
  const digests = Buffer.concat(parts.map((sha256) => Buffer.from(sha256, 'base64')));
  return {
    ChecksumSHA256: `${createHash('sha256').update(digests).digest('base64')}-${parts.length}`,
    ChecksumType: 'COMPOSITE',
  };
}

export function isComposite(checksums: Readonly<Record<string, string>>): boolean {
  return checksums.ChecksumType === 'COMPOSITE';
}

export function md5(body: Buffer): Buffer {
  return createHash('md5').update(body).digest();
}
