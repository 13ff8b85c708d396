import fc from 'fast-check';
import { forEachLine } from '../../../../lambda/domain/records/lines';

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  const arriving = (async function* () {
    for (const chunk of chunks) {
      yield chunk;
      // As a stream does that has one buffer.
      chunk.fill(0);
    }
  })();
  await forEachLine(arriving, (bytes, start, end) => lines.push(bytes.toString('utf8', start, end)));
  return lines;
}

test('lines come whole, however the bytes arrive', async () => {
  const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r', '')).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat({ max: 9 })), async (file, sizes) => {
      const bytes = Buffer.from(file);
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(Uint8Array.from(bytes.subarray(at, at + size)));
        at += size;
      }
      chunks.push(Uint8Array.from(bytes.subarray(at)));
      const expected = file.split('\n');
      // A line end at the very end begins no other line.
      if (expected.at(-1) === '') expected.pop();
      expect(await linesOf(chunks)).toEqual(expected);
    }),
  );
});
