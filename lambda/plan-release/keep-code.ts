import type { RegisteredVersion } from '../aws/model-registry';
import { type ArtifactStore, locationOf } from '../aws/store';
import { modelKey } from '../domain/records/bucket-layout';

/** Nobody has the scripts of a version any more. */
export class CodeLostError extends Error {
  override readonly name = 'CodeLost';
}

/**
 * Lets a version keep its scripts: one that was registered before versions did has them among the assets of a
 * deploy, where `cdk gc` may delete them.
 *
 * @throws CodeLostError
 */
export async function keepCode(
  { modelVersion, container }: RegisteredVersion,
  store: ArtifactStore,
): Promise<void> {
  const submitted = container.environment.SAGEMAKER_SUBMIT_DIRECTORY;
  const key = modelKey(modelVersion, 'sourcedir.tar.gz');
  // Newer versions have theirs in the archive of the model.
  if (!submitted?.startsWith('s3://') || submitted === store.uriOf(key) || (await store.exists(key))) return;
  try {
    await store.copy(locationOf(submitted), key);
  } catch (cause) {
    throw new CodeLostError(
      `the scripts of version ${modelVersion} are neither at ${store.uriOf(key)} nor at ${submitted} any more (${(cause as Error).message}): release another version, or retrain`,
      { cause },
    );
  }
}
