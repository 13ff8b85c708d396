import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type DataObject, type ObjectReader, UnreadableFileError } from './data-file';

/**
 * The bytes of an object as they arrive, unpacked with gzip if its key ends in `.gz`.
 *
 * @throws UnreadableFileError if it cannot be unpacked
 */
export async function* unpackedBytes(
  store: Pick<ObjectReader, 'readStream'>,
  { key, versionId }: DataObject,
): AsyncGenerator<Buffer> {
  const source = await store.readStream(key, versionId);
  const bytes = key.endsWith('.gz') ? createGunzip() : source;
  // The reader gets the same error.
  if (bytes !== source) pipeline(source, bytes as ReturnType<typeof createGunzip>).catch(() => undefined);
  try {
    yield* bytes as AsyncIterable<Buffer>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What zlib says is the file's fault, anything else the network's.
    throw /^Z_/.test(String(code))
      ? new UnreadableFileError(`${key} cannot be read: ${message}`, { cause: error })
      : error;
  }
}
