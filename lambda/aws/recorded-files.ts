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

/** Which objects below a prefix are read, in the order of their keys. */
export interface RecordedRange {
  /** Those after this key. @default - from the first one on */
  readonly after?: string;
  /** Those up to this key. @default - up to the last one */
  readonly last?: string | undefined;
  /** Those that begin within so many bytes. @default - all */
  readonly bytes?: number | undefined;
}

/**
 * Reads what is below a prefix in the order of the keys.
 *
 * @throws Error of the first object that cannot be read, in its turn
 */
export async function* recordedFiles(
  store: Pick<ArtifactStore, 'list' | 'readBytes' | 'readStream'>,
  prefix: string,
  { after, last, bytes = Number.POSITIVE_INFINITY }: RecordedRange = {},
): AsyncGenerator<RecordedFile> {
  yield* ahead(within(store.list(prefix, after), last, bytes), (object) =>
    object.bytes > LARGE ? inItsTurn(store, object) : atOnce(store, object),
  );
}

async function* within(
  objects: AsyncIterable<StoredObject>,
  last: string | undefined,
  bytes: number,
): AsyncGenerator<StoredObject> {
  let bytesLeft = bytes;
  for await (const object of objects) {
    if (bytesLeft <= 0 || (last !== undefined && isAfter(object.key, last))) return;
    bytesLeft -= object.bytes;
    yield object;
  }
}

/** In the order of S3, that of UTF-8. */
function isAfter(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
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
