import type { Hash64 } from './hash64';

/**
 * A set of hashes with room for a fixed number, 16 bytes for each (D. E. Knuth, TAOCP 3, 6.4, algorithm L).
 */
export class HashSet64 {
  size = 0;
  /** High and low half of each; both are 0 in an empty place. */
  private readonly halves: Uint32Array;
  private readonly mask: number;

  constructor(readonly capacity: number) {
    const places = 2 ** Math.ceil(Math.log2(2 * capacity));
    this.halves = new Uint32Array(2 * places);
    this.mask = places - 1;
  }

  has(hash: Hash64): boolean {
    return this.halves[2 * this.placeOf(hash) + 1] !== 0;
  }

  /** @returns whether it was not there before @throws RangeError if there is no room for it */
  add(hash: Hash64): boolean {
    const place = this.placeOf(hash);
    if (this.halves[2 * place + 1] !== 0) return false;
    if (this.size === this.capacity) throw new RangeError(`a set has room for ${this.capacity} hashes`);
    [this.halves[2 * place], this.halves[2 * place + 1]] = hash;
    this.size++;
    return true;
  }

  /** In no order. */
  *[Symbol.iterator](): Generator<Hash64> {
    for (let i = 0; i < this.halves.length; i += 2) {
      const low = this.halves[i + 1] as number;
      if (low !== 0) yield [this.halves[i] as number, low];
    }
  }

  /** Of the hash, or where it belongs. */
  private placeOf([high, low]: Hash64): number {
    const { halves, mask } = this;
    for (let place = high & mask; ; place = (place + 1) & mask) {
      const found = halves[2 * place + 1];
      if (found === 0 || (found === low && halves[2 * place] === high)) return place;
    }
  }
}
