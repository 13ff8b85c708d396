import type * as z from 'zod/mini';
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
  const files = ahead(keys, (key) => ({ key, text: begun(store.readText(key)) }));
  for await (const { key, text } of files) yield { key, text: await text };
}

/** As {@link readAhead}: reads JSON objects against their schema. */
export async function* readJsonAhead<T>(
  store: Pick<ArtifactStore, 'readJson'>,
  objects: Iterable<{ readonly key: string }> | AsyncIterable<{ readonly key: string }>,
  schema: z.ZodMiniType<T>,
): AsyncGenerator<T> {
  const documents = ahead(objects, ({ key }) => ({ document: begun(store.readJson(key, schema)) }));
  for await (const { document } of documents) yield document;
}

/** What is begun for each item in its order, {@link AT_A_TIME} at a time. */
export async function* ahead<Item, Begun extends object>(
  items: Iterable<Item> | AsyncIterable<Item>,
  begin: (item: Item) => Begun,
): AsyncGenerator<Begun> {
  const waiting: Begun[] = [];
  for await (const item of items) {
    waiting.push(begin(item));
    if (waiting.length === AT_A_TIME) yield waiting.shift() as Begun;
  }
  yield* waiting;
}

/** A read whose turn may not come, so that nobody may hear that it failed. */
export function begun<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => {});
  return reading;
}
