/** Lines of text, kept as bytes. */
export class TextBuffer {
  private readonly chunks: Buffer[] = [];
  private pending = '';
  private flushed = 0;

  addLine(line: string): void {
    this.pending += `${line}\n`;
    if (this.pending.length >= CHUNK) this.flush();
  }

  /** Bytes added so far; up to one chunk may still be missing. */
  get bytes(): number {
    return this.flushed;
  }

  /** All that was added since the last time. */
  take(): Buffer {
    this.flush();
    this.flushed = 0;
    return Buffer.concat(this.chunks.splice(0));
  }

  private flush(): void {
    const chunk = Buffer.from(this.pending);
    this.pending = '';
    this.flushed += chunk.length;
    this.chunks.push(chunk);
  }
}

const CHUNK = 65_536;
