import { hash64 } from '../statistics/hash64';

/**
 * Keys of objects that were read, 8 bytes of each: of a million keys, one in 10^13 new ones passes for a
 * known one.
 */
export class KnownKeys {
  private readonly hashes = new Set<string>();

  /** @param kept as it was written to a document */
  constructor(kept = '') {
    const bytes = Buffer.from(kept, 'base64');
    for (let at = 0; at + 8 <= bytes.length; at += 8) this.hashes.add(bytes.toString('latin1', at, at + 8));
  }

  get size(): number {
    return this.hashes.size;
  }

  has(key: string): boolean {
    return this.hashes.has(hashOf(key));
  }

  add(key: string): void {
    this.hashes.add(hashOf(key));
  }

  /** In base64. */
  toJSON(): string {
    return Buffer.from([...this.hashes].join(''), 'latin1').toString('base64');
  }
}

function hashOf(key: string): string {
  return Buffer.from(Uint32Array.from(hash64(key)).buffer).toString('latin1');
}
