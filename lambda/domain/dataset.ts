import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { checkDocument, parseDocument } from './document';

/** One object of a dataset, pinned by its S3 version. */
export type DatasetFile = z.infer<typeof fileSchema>;
/** An immutable snapshot of training data: the content of `datasets/<data-version>/manifest`. */
export type DatasetManifest = z.infer<typeof manifestSchema>;

/** Rows of one file that train and that are held out: the first `train` rows, then `holdout` rows. */
export interface FileSplit {
  readonly key: string;
  readonly train: number;
  readonly holdout: number;
}

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

/** Whether a file below `training-data/` is no data: folders as consoles make them, markers of other tools, hidden files. */
export function isLeftOut(key: string): boolean {
  return key.endsWith('/') || /\/[._][^/]*$/.test(key);
}

/**
 * Splits a dataset by arrival: the newest fraction of all rows is held out. Rows arrive in the order of
 * keys, then in the order of lines, so that a model is judged on rows newer than those it learned from.
 *
 * @param files number of data rows in each file
 * @param holdoutFraction share held out, between 0 and 1; at least one row falls on either side
 * @throws Error if the fraction is out of range, a key occurs twice, or there are fewer than two rows
 */
export function splitByArrival(
  files: readonly { readonly key: string; readonly rows: number }[],
  holdoutFraction: number,
): FileSplit[] {
  if (!(holdoutFraction > 0 && holdoutFraction < 1)) {
    throw new Error(`holdout fraction ${holdoutFraction} is not between 0 and 1, as in 0.2`);
  }
  const total = files.reduce((sum, file) => sum + file.rows, 0);
  if (total < 2) throw new Error(`${total} rows cannot be split: training and holdout need one each`);
  const holdout = Math.min(total - 1, Math.max(1, Math.round(total * holdoutFraction)));
  let left = total - holdout;
  return inArrivalOrder(files).map(({ key, rows }) => {
    const train = Math.min(rows, left);
    left -= train;
    return { key, train, holdout: rows - train };
  });
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
