import type { ArtifactStore } from '../aws/store';
import { looksPrefix } from '../domain/records/bucket-layout';
import { type ReleaseLook, releaseLook } from '../domain/release/release-look';

/** Objects that are read at the same time: a release of a day has 1,440 looks. */
const AT_ONCE = 32;

export interface LooksRead {
  /** Oldest first. */
  readonly looks: ReleaseLook[];
  /** How many could not be read. */
  readonly unreadable: number;
}

/** All evaluations of a release that can be read. */
export async function readLooks(store: ArtifactStore, releaseId: string): Promise<LooksRead> {
  const keys: string[] = [];
  for await (const { key } of store.list(looksPrefix(releaseId))) keys.push(key);
  const looks: ReleaseLook[] = [];
  for (let first = 0; first < keys.length; first += AT_ONCE) {
    const some = keys.slice(first, first + AT_ONCE);
    const read = await Promise.allSettled(some.map((key) => store.readJson(key, releaseLook)));
    looks.push(...read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  }
  return { looks, unreadable: keys.length - looks.length };
}
