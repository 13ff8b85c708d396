/**
 * Random numbers that are the same for the same seed: splitmix32, after G. L. Steele, D. Lea and C. H. Flood,
 * OOPSLA 2014, p. 453.
 */
export class SeededRandom {
  constructor(private state: number) {}

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296) * limit);
  }
}
