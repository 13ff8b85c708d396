import type { PinnedArtifacts, PinnedObject } from '../../contracts/pinned-artifacts';
import { modelKey } from '../domain/records/bucket-layout';
import { PINNED_FILES, pinnedArtifacts, pinnedIn } from '../domain/release/pinned-artifacts';
import type { RegisteredVersion } from './model-registry';
import type { ArtifactStore } from './store';

/** A file of a version is not what it was when the version was registered. */
export class ArtifactReplacedError extends Error {
  override readonly name = 'ArtifactReplaced';
}

/**
 * Compares what SageMaker would load for a version with what the registry tells of it: `CreateModel` takes no
 * version of an object (`ModelDataUrl` and `S3ModelDataSource.S3Uri` in the service model name a key), so
 * that the newest must be the one. Versions that were registered before this was recorded are taken as they
 * are.
 *
 * @throws ArtifactReplacedError that tells how to put the file back
 */
export async function checkRegistered(
  { modelVersion, properties }: Pick<RegisteredVersion, 'modelVersion' | 'properties'>,
  store: ArtifactStore,
): Promise<void> {
  const artifacts = pinnedIn(properties);
  if (!artifacts) return;
  await checkArtifacts(modelVersion, artifacts, store);
  const told = await store.tryReadJson(modelKey(modelVersion, 'artifacts.json'), pinnedArtifacts);
  if (JSON.stringify(told) !== JSON.stringify(artifacts)) {
    throw new ArtifactReplacedError(
      `${store.uriOf(modelKey(modelVersion, 'artifacts.json'))} is not what version ${modelVersion} was registered with: restore its first version (aws s3api list-object-versions), or release another version`,
    );
  }
}

/** As {@link checkRegistered}, with artifacts that somebody else tells. */
export async function checkArtifacts(
  modelVersion: string,
  artifacts: PinnedArtifacts,
  store: ArtifactStore,
): Promise<void> {
  for (const [name, file] of Object.entries(PINNED_FILES)) {
    const pinned = artifacts[name as keyof PinnedArtifacts];
    if (!pinned) continue;
    const key = modelKey(modelVersion, file);
    const found = await store.describe(key);
    // Who puts the same bytes back writes another version of the object.
    if (found?.versionId === pinned.versionId || found?.sha256 === pinned.sha256) continue;
    throw new ArtifactReplacedError(
      `${store.uriOf(key)} is not what version ${modelVersion} was registered with (SHA-256 ${pinned.sha256}): somebody ${found ? 'replaced' : 'deleted'} it. ${wayBack(store.bucketName, key, pinned)}, or release another version`,
    );
  }
}

function wayBack(bucketName: string, key: string, { versionId, partBytes }: PinnedObject): string {
  const object = `--bucket ${bucketName} --key ${key}`;
  // S3 copies no object of that size in one call, and the checksum of a copy in other parts is another one.
  if (partBytes !== undefined) {
    return `Make ${versionId} its newest version again: "aws s3api delete-object ${object} --version-id <id>" for each newer one that "aws s3api list-object-versions --bucket ${bucketName} --prefix ${key}" lists`;
  }
  const source = `${bucketName}/${key}?versionId=${versionId}`;
  return `Put it back with "aws s3api copy-object ${object} --copy-source '${source}' --checksum-algorithm SHA256", while the statement OnlyThePipelineWritesVersions of the bucket policy does not deny it`;
}
