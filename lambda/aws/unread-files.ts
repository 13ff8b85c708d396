import { readAhead, type TextFile } from './read-ahead';
import type { ArtifactStore, StoredObject } from './store';

/** What one look reads of a kind of files; the next one goes on. A function records one request a file. */
const A_LOOK = { bytes: 32 << 20, files: 2000 };

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
): AsyncGenerator<TextFile> {
  const keys: string[] = [];
  let bytesLeft = A_LOOK.bytes;
  for (const { key, bytes } of found) {
    if (bytesLeft <= 0 || keys.length === A_LOOK.files) break;
    if (files.has(key)) continue;
    bytesLeft -= bytes;
    keys.push(key);
  }
  for await (const file of readAhead(store, keys)) {
    files.add(file.key);
    yield file;
  }
}
