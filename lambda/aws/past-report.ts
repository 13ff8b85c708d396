import type * as z from 'zod/mini';
import { logger } from './logger';
import type { ArtifactStore } from './store';

/**
 * The report of an earlier hour, for what only adds to another one: undefined if it does not exist and, with
 * a warning in the log, if it cannot be read.
 */
export async function pastReport<T>(
  store: Pick<ArtifactStore, 'tryReadJson'>,
  key: string,
  schema: z.ZodMiniType<T>,
): Promise<T | undefined> {
  return store.tryReadJson(key, schema).catch((error: Error) => {
    logger.warn(`${key} could not be read`, error);
    return undefined;
  });
}
