import type { ArtifactStore, StoredObject } from './store';

/** An object of recorded requests. */
export interface RecordedFile {
  readonly key: string;
  /** Its bytes, once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Objects that are read at a time: each by itself waits for S3 longer than it takes to work on. */
const AT_A_TIME = 16;
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
  const ahead: RecordedFile[] = [];
  let bytesLeft = bytes;
  for await (const object of store.list(prefix)) {
    if (bytesLeft <= 0) break;
    bytesLeft -= object.bytes;
    ahead.push(object.bytes > LARGE ? inItsTurn(store, object) : atOnce(store, object));
    if (ahead.length === AT_A_TIME) yield ahead.shift() as RecordedFile;
  }
  yield* ahead;
}

/** The text of a file, as a whole. */
export async function textOf({ chunks }: RecordedFile): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read).toString('utf8');
}

function atOnce(store: Pick<ArtifactStore, 'readBytes'>, { key }: StoredObject): RecordedFile {
  const reading = store.readBytes(key);
  // Its turn may not come.
  reading.catch(() => {});
  return { key, chunks: once(reading) };
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
