import type { ArtifactStore, StoredObject } from './store';

/** Bytes that one look reads of a kind of files; the next one goes on. */
const BYTES_A_LOOK = 32 << 20;

export interface ReadFile {
  readonly key: string;
  readonly text: string;
}

export async function filesBelow(store: ArtifactStore, prefixes: readonly string[]): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for (const prefix of prefixes) for await (const file of store.list(prefix)) found.push(file);
  return found;
}

/** The files that were not read before, which are remembered. */
export async function* unread(
  store: ArtifactStore,
  found: readonly StoredObject[],
  files: Set<string>,
): AsyncGenerator<ReadFile> {
  let bytesLeft = BYTES_A_LOOK;
  for (const { key, bytes } of found) {
    if (files.has(key) || bytesLeft <= 0) continue;
    bytesLeft -= bytes;
    files.add(key);
    yield { key, text: await store.readText(key) };
  }
}
