import { ahead, begun } from './read-ahead';
import type { ArtifactStore, StoredObject } from './store';

/** An object of recorded requests. */
export interface RecordedFile {
  readonly key: string;
  /** Its bytes, once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A larger object is read as it arrives, in its turn. */
const LARGE = 1 << 20;

/**
 * Reads what is below a prefix in the order of the keys: the objects that begin within the given number of
 * bytes.
 *
 * @throws Error of the first object that cannot be read, in its turn
 */
export async function* recordedFiles(
  store: Pick<ArtifactStore, 'list' | 'readBytes' | 'readStream'>,
  prefix: string,
  bytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<RecordedFile> {
  yield* ahead(within(store.list(prefix), bytes), (object) =>
    object.bytes > LARGE ? inItsTurn(store, object) : atOnce(store, object),
  );
}

async function* within(objects: AsyncIterable<StoredObject>, bytes: number): AsyncGenerator<StoredObject> {
  let bytesLeft = bytes;
  for await (const object of objects) {
    if (bytesLeft <= 0) return;
    bytesLeft -= object.bytes;
    yield object;
  }
}

function atOnce(store: Pick<ArtifactStore, 'readBytes'>, { key }: StoredObject): RecordedFile {
  return { key, chunks: once(begun(store.readBytes(key))) };
}

async function* once(reading: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await reading;
}

function inItsTurn(store: Pick<ArtifactStore, 'readStream'>, { key }: StoredObject): RecordedFile {
  return { key, chunks: streamed(store, key) };
}

async function* streamed(store: Pick<ArtifactStore, 'readStream'>, key: string): AsyncGenerator<Uint8Array> {
  yield* await store.readStream(key);
}
