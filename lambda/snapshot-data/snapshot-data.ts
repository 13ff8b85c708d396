import type { Snapshot } from '../../contracts/functions/retraining';
import { DATA_FILE, DATA_FILE_ENDINGS } from '../aws/data-files/open-data-file';
import type { ArtifactStore } from '../aws/store';
import {
  createManifest,
  type DatasetFile,
  formatManifest,
  isLeftOut,
  parseManifest,
} from '../domain/data/dataset';
import { LATEST_SNAPSHOT, manifestKey, TRAINING_DATA } from '../domain/records/bucket-layout';

/** There is nothing to train on. */
export class NoTrainingDataError extends Error {
  override readonly name = 'NoTrainingData';
}

/** Training data of a kind that cannot be read. */
export class UnknownFileTypeError extends Error {
  override readonly name = 'UnknownFileType';
}

/** Training data change while they are listed. */
export class DataChangingError extends Error {
  override readonly name = 'DataChanging';
}

/**
 * Pins the training data of one moment by their versions, in a manifest that is written once: the same data
 * give the same snapshot. Files and folders whose name begins with `_` or `.` are left out, as everywhere.
 *
 * @throws NoTrainingDataError if there are none
 * @throws UnknownFileTypeError if one is of no kind that can be read
 * @throws DataChangingError if files come, go or change all the time
 */
export async function snapshotData(store: ArtifactStore): Promise<Snapshot> {
  const files = await filesOfOneMoment(store);
  if (files.length === 0) {
    throw new NoTrainingDataError(
      `there are no training data: put CSV, JSON lines or Parquet files below ${store.uriOf(TRAINING_DATA)}`,
    );
  }
  const manifest = createManifest(files);
  const { dataVersion } = manifest;
  const key = manifestKey(dataVersion);
  if (!(await store.writeOnce(key, formatManifest(manifest)))) {
    // It tells whether its files are those of its version.
    parseManifest(await store.readText(key));
  }
  await store.writeJson(LATEST_SNAPSHOT, { dataVersion });
  return { dataVersion, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const ATTEMPTS = 5;

/** Files are listed page by page: those of one moment are there when two listings agree. */
async function filesOfOneMoment(store: ArtifactStore): Promise<DatasetFile[]> {
  let before = await listFiles(store);
  for (let attempt = 1; ; attempt++) {
    const after = await listFiles(store);
    const changed = changedKeys(before, after);
    if (changed.length === 0) return after;
    if (attempt === ATTEMPTS) {
      throw new DataChangingError(
        `files below ${store.uriOf(TRAINING_DATA)} were added, removed or changed at each of ${ATTEMPTS} listings, most recently ${changed.slice(0, 3).join(', ')}: retrain when the upload has ended`,
      );
    }
    before = after;
  }
}

async function listFiles(store: ArtifactStore): Promise<DatasetFile[]> {
  const files: DatasetFile[] = [];
  for await (const { etag, ...version } of store.listLatestVersions(TRAINING_DATA)) {
    const { key } = version;
    if (isLeftOut(key)) continue;
    if (!DATA_FILE.test(key)) {
      throw new UnknownFileTypeError(
        `${store.uriOf(key)} does not end in ${DATA_FILE_ENDINGS}: convert it, or begin its name with _ to exclude it`,
      );
    }
    files.push({ ...version, checksum: etag });
  }
  return files;
}

function changedKeys(before: readonly DatasetFile[], after: readonly DatasetFile[]): string[] {
  const versions = new Map(before.map(({ key, versionId }) => [key, versionId]));
  const other = after.filter(({ key, versionId }) => versions.get(key) !== versionId).map(({ key }) => key);
  const still = new Set(after.map(({ key }) => key));
  return [...other, ...before.map(({ key }) => key).filter((key) => !still.has(key))];
}
