import { type DataObject, type ObjectReader, UnreadableFileError } from './data-file';
import { unpackedBytes } from './unpacked-bytes';

/**
 * The text of an object as it arrives, unpacked if it is packed, without a byte order
 * mark.
 *
 * @param lineOf the line at which a piece begins, to name the place where the text is broken
 * @throws UnreadableFileError if it cannot be unpacked or is not UTF-8
 */
export async function* textPieces(
  store: ObjectReader,
  file: DataObject,
  lineOf: () => number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of unpackedBytes(store, file)) {
    try {
      yield decoder.decode(chunk, { stream: true });
    } catch {
      throw notUtf8(file.key, lineOf() + linesBeforeBreak(chunk));
    }
  }
  try {
    decoder.decode();
  } catch {
    throw notUtf8(file.key, lineOf());
  }
}

function notUtf8(key: string, line: number): UnreadableFileError {
  return new UnreadableFileError(
    `${key} cannot be read: line ${line} is not UTF-8; save the file in that encoding`,
  );
}

function linesBeforeBreak(chunk: Buffer): number {
  let start = 0;
  // The rest of a letter that began in the chunk before.
  while (start < 3 && ((chunk[start] ?? 0) & 0xc0) === 0x80) start++;
  const text = chunk.toString('utf8', start);
  return text.slice(0, Math.max(0, text.indexOf('\ufffd'))).split('\n').length - 1;
}
