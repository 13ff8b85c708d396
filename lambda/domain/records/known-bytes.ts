const WORD = 4;

/** Finds bytes that are known in others, four at a time. */
export class KnownBytes {
  readonly length: number;
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.bytes = Uint8Array.from(bytes);
    const view = new DataView(this.bytes.buffer);
    this.words = Int32Array.from({ length: Math.floor(bytes.length / WORD) }, (_, i) =>
      view.getInt32(WORD * i),
    );
  }

  /** Whether they stand at a place, before `end`. */
  isAt(view: DataView, place: number, end: number): boolean {
    const { bytes, words, length } = this;
    if (place + length > end) return false;
    for (let i = 0; i < words.length; i++) if (view.getInt32(place + WORD * i) !== words[i]) return false;
    for (let i = WORD * words.length; i < length; i++)
      if (view.getUint8(place + i) !== bytes[i]) return false;
    return true;
  }

  isSame({ bytes }: KnownBytes): boolean {
    return Buffer.compare(bytes, this.bytes) === 0;
  }
}
