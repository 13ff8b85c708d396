import { hash64 } from '../statistics/hash64';

/**
 * Places of words by their hash. With 20,000 words in training data, a new word has the place of one of them
 * with a probability of 14 %, there as in traffic.
 */
const PLACES = 2 ** 17;

/** Which words training data have, in 22 KB of base64: a word that they have is always found. */
export class Vocabulary {
  private readonly bits: Uint8Array;

  constructor(text: string) {
    this.bits = Buffer.from(text, 'base64');
  }

  has(word: string): boolean {
    const place = placeOf(word);
    return (((this.bits[place >> 3] ?? 0) >> (place & 7)) & 1) === 1;
  }
}

/** Collects a vocabulary. */
export class VocabularyCounter {
  /** Rows with a word of the place: 0, 1, or 2 for more. */
  private readonly rows = new Uint8Array(PLACES);

  /** @param rows that have these words */
  add(words: readonly string[], rows: number): void {
    // Different words of a row may have the same place.
    for (const place of new Set(words.map(placeOf)))
      this.rows[place] = Math.min(2, (this.rows[place] as number) + rows);
  }

  isInOneRow(word: string): boolean {
    return this.rows[placeOf(word)] === 1;
  }

  /** As {@link Vocabulary} reads it. */
  toString(): string {
    const bits = Buffer.alloc(PLACES / 8);
    for (const [place, rows] of this.rows.entries())
      if (rows > 0) bits[place >> 3] = (bits[place >> 3] as number) | (1 << (place & 7));
    return bits.toString('base64');
  }
}

function placeOf(word: string): number {
  return hash64(word)[0] % PLACES;
}
