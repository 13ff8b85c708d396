const LINE_END = 10;

/**
 * Gives the lines of a file in UTF-8 one by one, by their places in its bytes; the last one need not be
 * ended.
 *
 * @param chunks of the file, in order
 * @param read from `start` up to `end`, without the line's end; the bytes are only good until it returns, or
 * what it returns is fulfilled
 */
export async function forEachLine(
  chunks: AsyncIterable<Uint8Array>,
  read: (bytes: Buffer, start: number, end: number) => unknown,
): Promise<void> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
      if (rest.length === 0) {
        const later = read(bytes, start, end);
        if (later instanceof Promise) await later;
      } else {
        const line = Buffer.concat([...rest, bytes.subarray(0, end)]);
        rest = [];
        await read(line, 0, line.length);
      }
      start = end + 1;
    }
    // A chunk may be written over once the next one is asked for.
    if (start < bytes.length) rest.push(Buffer.from(bytes.subarray(start)));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) await read(last, 0, last.length);
}
