const [MINUS, ZERO] = [45, 48];

/** Text in UTF-8 that grows, without a string for each piece. */
export class GrowingBytes {
  private bytes = Buffer.allocUnsafe(65_536);
  private length = 0;

  addText(text: string): void {
    // A UTF-16 code unit takes three bytes at most.
    this.makeRoom(3 * text.length);
    this.length += this.bytes.write(text, this.length);
  }

  /** A cell of CSV, which is never quoted. */
  addNumber(value: number): void {
    const text = String(value);
    this.makeRoom(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  addBytes(source: Uint8Array, from = 0, to = source.length): void {
    this.makeRoom(to - from);
    const { bytes } = this;
    let at = this.length;
    // Pieces are short: a call of `set` takes longer than they do.
    for (let i = from; i < to; i++) bytes[at++] = source[i] as number;
    this.length = at;
  }

  /** @param value a safe integer */
  addInteger(value: number): void {
    this.makeRoom(LONGEST_INTEGER);
    if (value < 0) this.bytes[this.length++] = MINUS;
    let rest = Math.abs(value);
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits++;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + (rest - 10 * next);
      rest = next;
    }
    this.length += digits;
  }

  content(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private makeRoom(bytes: number): void {
    const wanted = this.length + bytes;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

const LONGEST_INTEGER = 17;
