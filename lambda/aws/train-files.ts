import type { ArtifactStore } from './store';
import { TextBuffer } from './text-buffer';

/** Writes lines to numbered files, each with the header, so that no more than one file is in memory. */
export class TrainFiles {
  /** Keys of the files written so far. */
  readonly keys: string[] = [];
  private readonly text = new TextBuffer();
  private rows = 0;

  constructor(
    private readonly store: ArtifactStore,
    private readonly prefix: string,
    private readonly header: string,
    private readonly bytesPerFile: number,
  ) {}

  async add(line: string): Promise<void> {
    if (this.rows++ === 0) this.text.addLine(this.header);
    this.text.addLine(line);
    if (this.text.bytes >= this.bytesPerFile) await this.finish();
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    if (this.rows === 0) return;
    this.rows = 0;
    const key = `${this.prefix}${String(this.keys.length + 1).padStart(5, '0')}.csv`;
    await this.store.write(key, this.text.take());
    this.keys.push(key);
  }
}
