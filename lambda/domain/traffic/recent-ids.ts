import { hash64 } from '../statistics/hash64';

/**
 * Tells ids that come again, in bounded memory: 32 bits of each. It is exact up to two things: an id that
 * comes again after `capacity` others may pass for a new one, and of the new ones about 1 in 2^32 / (2 *
 * `capacity`) passes for a known one.
 */
export class RecentIds {
  private newer = new Set<number>();
  /** Forgotten as a whole when the newer ones are as many as the capacity. */
  private older = new Set<number>();

  /** @param kept ids as they were written to a document */
  constructor(
    private readonly capacity: number,
    kept = '',
  ) {
    const bytes = Buffer.from(kept, 'base64');
    for (let at = 0; at + 4 <= bytes.length; at += 4) this.remember(bytes.readInt32LE(at));
  }

  /** Remembers an id; false if it was there before. */
  add(id: string): boolean {
    // Signed, since sets hold signed integers of 32 bits in place.
    const hash = hash64(id)[0] | 0;
    if (this.newer.has(hash) || this.older.has(hash)) return false;
    this.remember(hash);
    return true;
  }

  /** Oldest first, 4 bytes each, in base64. */
  toJSON(): string {
    return Buffer.from(Int32Array.from([...this.older, ...this.newer]).buffer).toString('base64');
  }

  private remember(hash: number): void {
    this.newer.add(hash);
    if (this.newer.size < this.capacity) return;
    this.older = this.newer;
    this.newer = new Set();
  }
}
