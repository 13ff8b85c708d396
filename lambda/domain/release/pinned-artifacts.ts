import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { PinnedArtifacts, PinnedObject } from '../../../contracts/pinned-artifacts';

/** The files of a version that are pinned. */
export const PINNED_FILES = {
  model: 'model.tar.gz',
  code: 'sourcedir.tar.gz',
  baseline: 'baseline.json',
} as const;

const text = z.string().check(z.minLength(1));

/** Schema of a pinned object in a document. */
export const pinnedObject = z.object({
  /** S3's `VersionId`. */
  versionId: text,
  /**
   * As S3 writes it, in base64; of an object in parts that of the parts' checksums, and their count
   * (`<base64>-<count>`).
   */
  sha256: text,
  /** Size in bytes of each part but the last, if the object was copied in parts. */
  partBytes: z.optional(z.int().check(z.positive())),
});

/** Schema of `models/<model-version>/artifacts.json`. */
export const pinnedArtifacts = z.object({
  model: pinnedObject,
  /** Not there if the code is part of the archive of the model. */
  code: z.optional(pinnedObject),
  baseline: pinnedObject,
});

/**
 * Whether an object's content is the one that was pinned. A checksum of checksums is as hard to forge as
 * SHA-256 itself: two contents with the same one have a part each that differ and have the same checksum.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html for S3's
 * composite checksums
 */
export function isPinned(content: Uint8Array, { sha256, partBytes }: PinnedObject): boolean {
  if (partBytes === undefined) return digestOf(content).toString('base64') === sha256;
  const digests: Buffer[] = [];
  for (let start = 0; start < content.length; start += partBytes)
    digests.push(digestOf(content.subarray(start, start + partBytes)));
  return `${digestOf(Buffer.concat(digests)).toString('base64')}-${digests.length}` === sha256;
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The artifacts as metadata of a package. */
export function pinnedProperties(artifacts: PinnedArtifacts): Record<string, string> {
  return Object.fromEntries(
    Object.entries<PinnedObject | undefined>({ ...artifacts }).flatMap(([name, pinned]) =>
      pinned
        ? [
            [`${name}ObjectVersion`, pinned.versionId],
            [`${name}Sha256`, pinned.sha256],
            ...(pinned.partBytes === undefined ? [] : [[`${name}PartBytes`, String(pinned.partBytes)]]),
          ]
        : [],
    ),
  );
}

/**
 * The artifacts that a package's metadata tell; undefined for a version that was registered before they did.
 */
export function pinnedIn(properties: Readonly<Record<string, string>>): PinnedArtifacts | undefined {
  const pinned = (name: keyof PinnedArtifacts) => {
    const partBytes = properties[`${name}PartBytes`];
    return {
      versionId: properties[`${name}ObjectVersion`],
      sha256: properties[`${name}Sha256`],
      ...(partBytes !== undefined && { partBytes: Number(partBytes) }),
    };
  };
  const artifacts = {
    model: pinned('model'),
    ...('codeSha256' in properties && { code: pinned('code') }),
    baseline: pinned('baseline'),
  };
  return pinnedArtifacts.safeParse(artifacts).data;
}
