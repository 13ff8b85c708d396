import { HashSet64 } from '../statistics/hash-set64';
import { type Hash64, hash64, hash64OfAscii } from '../statistics/hash64';

const BYTES = 8;

/**
 * Tells ids that come again, in bounded memory: 64 bits of each. It is exact but for an id that comes again
 * after `capacity` others, which may pass for a new one: of a million new ids one passes for a known one with
 * a probability of 3 in 10^8.
 */
export class RecentIds {
  private newer: HashSet64;
  /** Forgotten as a whole when the newer ones are as many as the capacity. */
  private older: HashSet64 | undefined;

  /** @param kept ids as they were written to a document */
  constructor(
    private readonly capacity: number,
    kept = '',
  ) {
    this.newer = new HashSet64(capacity);
    const bytes = Buffer.from(kept, 'base64');
    for (let at = 0; at + BYTES <= bytes.length; at += BYTES) {
      this.addHash([bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]);
    }
  }

  /** Remembers an id; false if it was there before. */
  add(id: string): boolean {
    return this.addHash(hash64(id));
  }

  /** As {@link add}, of an id in ASCII by its bytes. */
  addBytes(bytes: Uint8Array, start: number, end: number): boolean {
    return this.addHash(hash64OfAscii(bytes, start, end));
  }

  /** Older ones first, 8 bytes each, in base64. */
  toJSON(): string {
    const hashes = [...(this.older ?? []), ...this.newer];
    const bytes = Buffer.alloc(BYTES * hashes.length);
    hashes.forEach(([high, low], i) => {
      bytes.writeUInt32LE(high, BYTES * i);
      bytes.writeUInt32LE(low, BYTES * i + 4);
    });
    return bytes.toString('base64');
  }

  private addHash(hash: Hash64): boolean {
    if (this.older?.has(hash)) return false;
    if (!this.newer.add(hash)) return false;
    if (this.newer.size < this.capacity) return true;
    this.older = this.newer;
    this.newer = new HashSet64(this.capacity);
    return true;
  }
}
