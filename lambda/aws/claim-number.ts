import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod/mini';
import type { ArtifactStore } from './store';

/**
 * Which of the claims below a prefix this is, from 1. A second attempt gets the number of the first, and no
 * two claims get the same.
 *
 * @param claim by which a second attempt is known
 * @param schema of all claims below the prefix
 */
export async function claimNumber<Claim>(
  store: ArtifactStore,
  prefix: string,
  claim: Claim,
  schema: z.ZodMiniType<Claim>,
): Promise<number> {
  const isMine = async (key: string) => isDeepStrictEqual(await store.readJson(key, schema), claim);
  let number = 0;
  for await (const { key } of store.list(prefix)) {
    number++;
    if (await isMine(key)) return number;
  }
  for (;;) {
    const key = `${prefix}${String(++number).padStart(6, '0')}.json`;
    if (await store.writeOnce(key, JSON.stringify(claim))) return number;
    if (await isMine(key)) return number;
  }
}
