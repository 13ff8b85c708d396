import { ahead, begun } from './read-ahead';
import type { ArtifactStore, StoredObject } from './store';

/** An object of recorded requests. */
export interface RecordedFile {
  readonly key: string;
  /** When it was written. @default - not told */
  readonly lastModified?: Date | undefined;
  /** Its bytes, once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export type RecordingStore = Pick<ArtifactStore, 'list' | 'readSmall' | 'readStream'>;

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
export function recordedFiles(
  store: RecordingStore,
  prefix: string,
  { after, last, bytes = Number.POSITIVE_INFINITY }: RecordedRange = {},
): AsyncGenerator<RecordedFile> {
  return listedFiles(store, within(store.list(prefix, after), last, bytes));
}

/** As {@link recordedFiles}, of objects that have been listed. */
export function listedFiles(
  store: Omit<RecordingStore, 'list'>,
  objects: Iterable<StoredObject> | AsyncIterable<StoredObject>,
): AsyncGenerator<RecordedFile> {
  return ahead(objects, (object) =>
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

function atOnce(store: Pick<RecordingStore, 'readSmall'>, { key, lastModified }: StoredObject): RecordedFile {
  return { key, lastModified, chunks: once(begun(store.readSmall(key))) };
}

async function* once(reading: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await reading;
}

function inItsTurn(store: Pick<RecordingStore, 'readStream'>, object: StoredObject): RecordedFile {
  const { key, lastModified } = object;
  return { key, lastModified, chunks: streamed(store, key) };
}

async function* streamed(store: Pick<ArtifactStore, 'readStream'>, key: string): AsyncGenerator<Uint8Array> {
  yield* await store.readStream(key);
}
