/** Two halves of a hash, never both 0. */
export type Hash64 = readonly [high: number, low: number];

/** cyrb53's mixing (bryc, public domain) without its cut to 53 bits. */
export function hash64(text: string): Hash64 {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return finish(a, b);
}

/** The {@link hash64} of a text in ASCII, by its bytes. */
export function hash64OfAscii(bytes: Uint8Array, start: number, end: number): Hash64 {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = start; i < end; i++) {
    const code = bytes[i] as number;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return finish(a, b);
}

function finish(a: number, b: number): Hash64 {
  const low = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  const high = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return [high >>> 0, low >>> 0 || 1];
}
