import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ZstdError } from 'fzstd';
import { type DataObject, type ObjectReader, UnreadableFileError } from './data-file';

/** Whether a file can be read from its beginning only. */
export function isPacked(key: string): boolean {
  return /\.(gz|zst)$/.test(key);
}

/**
 * The bytes of an object as they arrive, unpacked with gzip or Zstandard if its key ends in `.gz` or `.zst`.
 *
 * @throws UnreadableFileError if it cannot be unpacked
 */
export async function* unpackedBytes(
  store: Pick<ObjectReader, 'readStream'>,
  { key, versionId }: DataObject,
): AsyncGenerator<Buffer> {
  const source = await store.readStream(key, versionId);
  try {
    if (key.endsWith('.gz')) yield* gunzipped(source);
    else if (key.endsWith('.zst')) yield* zstdUnpacked(source);
    else yield* source as AsyncIterable<Buffer>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException | ZstdError;
    // What zlib (by names) and fzstd (by numbers) say is the file's fault, anything else the network's.
    throw typeof code === 'number' || /^Z_/.test(String(code))
      ? new UnreadableFileError(`${key} cannot be read: ${message}`, { cause: error })
      : error;
  }
}

type Source = Awaited<ReturnType<ObjectReader['readStream']>>;

function gunzipped(source: Source): AsyncIterable<Buffer> {
  const unpacking = createGunzip();
  // The reader gets the same error.
  pipeline(source, unpacking).catch(() => undefined);
  return unpacking;
}

/** Node has Zstandard from version 22.15 on, and this runs with earlier ones, too. */
async function* zstdUnpacked(source: Source): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd');
  const pieces: Uint8Array[] = [];
  const unpacking = new Decompress((piece) => pieces.push(piece));
  for await (const chunk of source) {
    unpacking.push(chunk);
    yield* pieces.splice(0).map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }
  // After the last frame, there must be nothing.
  unpacking.push(new Uint8Array(), true);
}
