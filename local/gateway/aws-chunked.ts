/**
 * The content of a body in `aws-chunked` encoding: `<hex size>[;chunk-signature=...]\r\n<bytes>\r\n`, ended by a chunk
 * of size 0 and optional trailers.
 *
 * @returns the content and the trailers, their names in lower case
 */
export function decodeAwsChunked(body: Buffer): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let position = 0;
  while (position < body.length) {
    const lineEnd = body.indexOf('\r\n', position);
    if (lineEnd < 0) break;
    const size = Number.parseInt(body.toString('latin1', position, lineEnd), 16);
    position = lineEnd + 2;
    if (!(size > 0)) break;
    chunks.push(body.subarray(position, position + size));
    position += size + 2;
  }
  const trailers = body
    .toString('latin1', position)
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]);
  return { content: Buffer.concat(chunks), trailers: Object.fromEntries(trailers) };
}
