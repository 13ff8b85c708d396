import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { checkDocument, parseDocument } from '../records/document';

/** One object of a dataset, pinned by its S3 version. */
export type DatasetFile = z.infer<typeof fileSchema>;
/** An immutable snapshot of training data: the content of `datasets/<data-version>/manifest`. */
export type DatasetManifest = z.infer<typeof manifestSchema>;

/**
 * Version of a set of files: the first 16 hex digits of the SHA-256 of their keys, VersionIds and checksums
 * in the order of keys. The order of the argument does not matter.
 *
 * @throws Error if there is no file or a key occurs twice
 */
export function dataVersion(files: readonly DatasetFile[]): string {
  if (files.length === 0) throw new Error('a dataset of no files has no version: add training data first');
  const hash = createHash('sha256');
  for (const file of inArrivalOrder(files)) {
    hash.update(`${JSON.stringify([file.key, file.versionId, file.checksum])}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The manifest of a set of files, in the order of keys. Errors as {@link dataVersion}. */
export function createManifest(files: readonly DatasetFile[]): DatasetManifest {
  return { version: 1, dataVersion: dataVersion(files), files: inArrivalOrder(files) };
}

/**
 * Reads a manifest.
 *
 * @throws Error if the text is not a manifest, or if its files do not hash to the version it states
 */
export function parseManifest(text: string): DatasetManifest {
  const manifest = parseDocument(manifestSchema, text, 'dataset manifest');
  const actual = dataVersion(manifest.files);
  if (actual !== manifest.dataVersion) {
    throw new Error(
      `dataset manifest states data version '${manifest.dataVersion}', but its files hash to '${actual}': it was changed after the snapshot; take a new one`,
    );
  }
  return manifest;
}

/** Writes a manifest as JSON. */
export function formatManifest(manifest: DatasetManifest): string {
  return JSON.stringify(checkDocument(manifestSchema, manifest, 'dataset manifest'));
}

/**
 * Whether a file below `training-data/` is not data: a folder as consoles create them, a hidden file or a
 * marker of another tool, or a file in a hidden folder such as `.ipynb_checkpoints/` or `_delta_log/`.
 */
export function isLeftOut(key: string): boolean {
  return key.endsWith('/') || /\/[._]/.test(key);
}

const fileSchema = z.object({
  key: z.string().check(z.minLength(1)),
  versionId: z.string().check(z.minLength(1)),
  /** The object's checksum as S3 gives it. */
  checksum: z.string().check(z.minLength(1)),
  bytes: z.int().check(z.gte(0)),
  /** When it was written, as S3 tells. */
  modified: z.optional(z.iso.datetime()),
});

const manifestSchema = z.object({
  version: z.literal(1),
  dataVersion: z.string(),
  files: z.array(fileSchema),
});

function inArrivalOrder<T extends { readonly key: string }>(files: readonly T[]): T[] {
  // By code unit: the order must not depend on a locale.
  const sorted = [...files].sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  sorted.forEach((file, index) => {
    if (file.key === sorted[index + 1]?.key) throw new Error(`key '${file.key}' occurs twice in the dataset`);
  });
  return sorted;
}
