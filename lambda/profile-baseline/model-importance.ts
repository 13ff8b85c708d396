import * as z from 'zod/mini';
import { logger } from '../aws/logger';
import { tryReadFromArchive } from '../aws/model-archive';
import type { ArtifactStore } from '../aws/store';
import { type RelativeImportance, relativeImportance } from '../domain/data/relative-importance';
import { modelKey } from '../domain/records/bucket-layout';
import { parseDocument } from '../domain/records/document';
import { namedRecord } from '../domain/records/named-record';

/** What a training script may write beside its model: the importance of each feature, in any unit. */
const FILE = 'importance.json';

/**
 * How much a version depends on its features, as its training script says; undefined if it says nothing.
 *
 * @throws Error if the file is not the importance of features of the version
 */
export async function modelImportance(
  modelVersion: string,
  features: readonly string[],
  store: ArtifactStore,
): Promise<RelativeImportance | undefined> {
  const key = modelKey(modelVersion, 'model.tar.gz');
  const content = await findFile(key, store);
  if (!content) return undefined;
  const found = parseDocument(namedRecord(z.number()), content.toString('utf8'), `${FILE} of ${key}`);
  const unknown = Object.keys(found).find((name) => !features.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `${FILE} of ${key} has '${unknown}', which is no feature: name those of the training data, ${features.join(', ')}`,
    );
  }
  return relativeImportance(found);
}

async function findFile(key: string, store: ArtifactStore): Promise<Buffer | undefined> {
  if (!(await store.exists(key))) return undefined;
  try {
    return await tryReadFromArchive(await store.readStream(key), FILE);
  } catch (error) {
    // Whether the archive can be served is for the smoke test to find out.
    logger.warn(`${key} cannot be read, so that the importance of its features is unknown`, error as Error);
    return undefined;
  }
}
