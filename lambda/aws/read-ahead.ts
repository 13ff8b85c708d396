import type { ArtifactStore } from './store';

/** An object of the bucket. */
export interface TextFile {
  readonly key: string;
  readonly text: string;
}

/** Objects that are read at a time: each by itself waits for S3 longer than it takes to work on. */
const AT_A_TIME = 16;

/**
 * Reads objects in the order of their keys, the next ones while one is worked on.
 *
 * @throws Error of the first that cannot be read, in its turn
 */
export async function* readAhead(
  store: Pick<ArtifactStore, 'readText'>,
  keys: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<TextFile> {
  const reading: Promise<TextFile>[] = [];
  for await (const key of keys) {
    const file = store.readText(key).then((text) => ({ key, text }));
    // Its turn may not come.
    file.catch(() => {});
    reading.push(file);
    if (reading.length === AT_A_TIME) yield (await reading.shift()) as TextFile;
  }
  for (const file of reading) yield await file;
}
