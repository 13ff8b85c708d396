import { areSame } from '../records/bytes';

/** Finds texts by their bytes in UTF-8: a hash table with open addressing (D. E. Knuth, TAOCP 3, 6.4). */
export class ByteTexts {
  private readonly texts: readonly Buffer[];
  /** The text's index and 1; 0 is an empty place. */
  private readonly places: Uint16Array;

  /** @param texts all different, fewer than 65,535 */
  constructor(texts: readonly string[]) {
    this.texts = texts.map((text) => Buffer.from(text));
    this.places = new Uint16Array(2 ** Math.ceil(Math.log2(2 * texts.length + 1)));
    this.texts.forEach((bytes, index) => {
      let place = this.placeOf(bytes, 0, bytes.length);
      while (this.places[place] !== 0) place = this.after(place);
      this.places[place] = index + 1;
    });
  }

  indexOf(bytes: Uint8Array, start: number, end: number): number | undefined {
    for (let place = this.placeOf(bytes, start, end); ; place = this.after(place)) {
      const index = (this.places[place] as number) - 1;
      if (index < 0) return undefined;
      if (areSame(bytes, start, end, this.texts[index] as Buffer)) return index;
    }
  }

  private after(place: number): number {
    return (place + 1) & (this.places.length - 1);
  }

  private placeOf(bytes: Uint8Array, start: number, end: number): number {
    // FNV-1a: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    return (hash ^ (hash >>> 15)) & (this.places.length - 1);
  }
}
