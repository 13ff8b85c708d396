const ALPHABETS = {
  base36: '0123456789abcdefghijklmnopqrstuvwxyz',
  hex: '0123456789abcdef',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};

/** Seeded random numbers (mulberry32), so that a story is the same each time. */
export class RandomSource {
  constructor(private currentState: number) {}

  /** Goes on from here when given to another source. */
  get state(): number {
    return this.currentState;
  }

  /** In [0, 1). */
  next(): number {
    this.currentState = (this.currentState + 0x6d2b79f5) | 0;
    let t = Math.imul(this.currentState ^ (this.currentState >>> 15), 1 | this.currentState);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  id(length: number, alphabet: keyof typeof ALPHABETS = 'base36'): string {
    const characters = ALPHABETS[alphabet];
    return Array.from({ length }, () => characters[Math.floor(this.next() * characters.length)]).join('');
  }
}
