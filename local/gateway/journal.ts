import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

const LENGTH_BYTES = 4;

/**
 * Records that are appended to a file and read again in their order. What `append` has written survives the
 * end of the process, however it comes: the kernel has it then. (Not the end of the machine: the disk may
 * not.)
 */
export class Journal {
  private descriptor: number | undefined;
  private length = 0;

  constructor(private readonly file: string) {}

  /** Begins again, with this record as the first. */
  begin(first: unknown): void {
    this.descriptor ??= openSync(this.file, 'a', OWNER_ONLY);
    ftruncateSync(this.descriptor, 0);
    this.length = 0;
    try {
      this.append(first);
    } catch (error) {
      // Without its first record the others mean nothing.
      this.close();
      throw error;
    }
  }

  /** @throws Error if the disk is full; the journal then is as it was */
  append(record: unknown): void {
    if (this.descriptor === undefined) throw new Error('the journal has not begun');
    const payload = serialize(record);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(payload.length);
    const bytes = Buffer.concat([length, payload]);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      ftruncateSync(this.descriptor, this.length);
      throw error;
    }
    this.length += bytes.length;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

/** The records of a journal, up to one that was being written when its process ended. */
export function readJournal(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const records: unknown[] = [];
  for (let start = 0; start + LENGTH_BYTES <= bytes.length; ) {
    const end = start + LENGTH_BYTES + bytes.readUInt32LE(start);
    if (end > bytes.length) break;
    records.push(deserialize(bytes.subarray(start + LENGTH_BYTES, end)));
    start = end;
  }
  return records;
}

const OWNER_ONLY = 0o600;
