import { hash64 } from '../../statistics/hash64';

/**
 * Values that were seen, as 64-bit hashes in a table of bounded size: two of 16 million values are taken for
 * the same with a probability of 1e-5. Once it is full, values are no longer remembered.
 */
export class ValueSet {
  private high = new Uint32Array(1024);
  private low = new Uint32Array(1024);
  private size = 0;

  constructor(private readonly limit = 2 ** 24) {}

  /** Whether there was no room for some values. */
  get isFull(): boolean {
    return this.size >= this.limit;
  }

  /** @returns whether the value was there before */
  add(value: string): boolean {
    const [high, low] = hash64(value);
    const place = this.find(high, low);
    if (place < 0) return true;
    if (this.isFull) return false;
    this.high[place] = high;
    this.low[place] = low;
    if (++this.size * 2 > this.high.length) this.grow();
    return false;
  }

  has(value: string): boolean {
    return this.find(...hash64(value)) < 0;
  }

  /** The free place for a hash, or -1 if it is there. */
  private find(high: number, low: number): number {
    const mask = this.high.length - 1;
    for (let place = low & mask; ; place = (place + 1) & mask) {
      const [h, l] = [this.high[place], this.low[place]];
      if (h === 0 && l === 0) return place;
      if (h === high && l === low) return -1;
    }
  }

  private grow(): void {
    const { high, low } = this;
    this.high = new Uint32Array(high.length * 2);
    this.low = new Uint32Array(high.length * 2);
    for (let i = 0; i < high.length; i++) {
      const [h, l] = [high[i] as number, low[i] as number];
      if (h === 0 && l === 0) continue;
      const place = this.find(h, l);
      this.high[place] = h;
      this.low[place] = l;
    }
  }
}
