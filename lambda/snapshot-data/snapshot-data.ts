import { isDeepStrictEqual } from 'node:util';
import type { ArtifactStore } from '../aws/store';
import { manifestKey, TRAINING_DATA } from '../domain/bucket-layout';
import { createManifest, type DatasetFile, formatManifest, parseManifest } from '../domain/dataset';

export interface Snapshot {
  readonly dataVersion: string;
  readonly files: number;
  readonly bytes: number;
}

/** There is nothing to train on. */
export class NoTrainingDataError extends Error {
  override readonly name = 'NoTrainingData';
}

/** Training data of a kind that cannot be read. */
export class UnknownFileTypeError extends Error {
  override readonly name = 'UnknownFileType';
}

/**
 * Pins the training data of now by their versions, in a manifest that is written once: the same data give the same
 * snapshot. Files whose name begins with `_` or `.` are left out, as everywhere.
 *
 * @throws NoTrainingDataError if there are none
 * @throws UnknownFileTypeError if one is neither `.csv` nor `.csv.gz`
 */
export async function snapshotData(store: ArtifactStore): Promise<Snapshot> {
  const files: DatasetFile[] = [];
  for await (const { key, versionId, etag, bytes } of store.listLatestVersions(TRAINING_DATA)) {
    if (isLeftOut(key)) continue;
    if (!/\.csv(\.gz)?$/.test(key)) {
      throw new UnknownFileTypeError(
        `${store.uriOf(key)} is neither .csv nor .csv.gz: convert it, or begin its name with _ to leave it out`,
      );
    }
    files.push({ key, versionId, checksum: etag, bytes });
  }
  if (files.length === 0) {
    throw new NoTrainingDataError(
      `there are no training data: put .csv or .csv.gz files with a header below ${store.uriOf(TRAINING_DATA)}`,
    );
  }
  const manifest = createManifest(files);
  const { dataVersion } = manifest;
  const key = manifestKey(dataVersion);
  if (!(await store.writeOnce(key, formatManifest(manifest)))) {
    const existing = parseManifest(await store.readText(key));
    if (!isDeepStrictEqual(existing, manifest)) {
      throw new Error(`${store.uriOf(key)} lists other files than those of data version ${dataVersion}`);
    }
  }
  return { dataVersion, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Folders as consoles make them, markers of other tools, hidden files. */
function isLeftOut(key: string): boolean {
  return key.endsWith('/') || /\/[._][^/]*$/.test(key);
}
