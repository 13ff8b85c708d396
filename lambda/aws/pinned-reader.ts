import type { PinnedArtifacts } from '../../contracts/pinned-artifacts';
import { type Baseline, baselineSchema } from '../domain/data/baseline';
import { modelKey } from '../domain/records/bucket-layout';
import { parseDocument } from '../domain/records/document';
import { isPinned, PINNED_FILES, pinnedArtifacts } from '../domain/release/pinned-artifacts';
import { ArtifactReplacedError } from './check-artifacts';
import type { ArtifactStore } from './store';

export type PinnedStore = Pick<ArtifactStore, 'readBytes' | 'tryReadJson' | 'uriOf'>;

/**
 * A file of a version as it was when the version was registered, whatever has been written in its place
 * since. The newest of a version that was registered before that was recorded, or is not registered yet.
 *
 * @throws Error named `NoSuchKey` or `NoSuchVersion` if there is no such object
 * @throws ArtifactReplacedError
 */
export async function readPinned(
  store: PinnedStore,
  modelVersion: string,
  file: keyof PinnedArtifacts,
): Promise<Uint8Array> {
  const key = modelKey(modelVersion, PINNED_FILES[file]);
  const artifacts = await store.tryReadJson(modelKey(modelVersion, 'artifacts.json'), pinnedArtifacts);
  const pinned = artifacts?.[file];
  if (!pinned) return store.readBytes(key);
  const { versionId, sha256 } = pinned;
  const bytes = await store.readBytes(key, versionId);
  if (isPinned(bytes, pinned)) return bytes;
  throw new ArtifactReplacedError(
    `version ${versionId} of ${store.uriOf(key)} does not have the SHA-256 ${sha256} that ${store.uriOf(modelKey(modelVersion, 'artifacts.json'))} names: that file was replaced; restore its first version, or release another version`,
  );
}

/** What the traffic of a version is compared with; errors as {@link readPinned}. */
export async function readBaseline(store: PinnedStore, modelVersion: string): Promise<Baseline> {
  const bytes = await readPinned(store, modelVersion, 'baseline');
  const uri = store.uriOf(modelKey(modelVersion, 'baseline.json'));
  return parseDocument(baselineSchema, Buffer.from(bytes).toString('utf8'), uri);
}

/** As {@link readBaseline}, undefined if the version has none. */
export async function tryReadBaseline(
  store: PinnedStore,
  modelVersion: string,
): Promise<Baseline | undefined> {
  try {
    return await readBaseline(store, modelVersion);
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}
