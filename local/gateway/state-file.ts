import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const SAVE_INTERVAL_MILLISECONDS = 5_000;

/** The tables of all services; with a data folder they are written every few seconds and at the end. */
export class StateFile {
  private readonly tables = new Map<string, Map<string, unknown>>();
  private readonly file: string;
  private readonly lock: string;
  private timer: NodeJS.Timeout | undefined;
  private locked = false;

  constructor(
    directory: string,
    private readonly options: { readonly persistent: boolean },
  ) {
    this.file = join(directory, 'state.bin');
    this.lock = join(directory, 'lock');
    if (options.persistent && existsSync(this.file)) {
      for (const [name, table] of deserialize(readFileSync(this.file)) as Map<string, Map<string, unknown>>) {
        this.tables.set(name, table);
      }
    }
  }

  table<Value>(name: string): Map<string, Value> {
    let table = this.tables.get(name);
    if (!table) {
      table = new Map();
      this.tables.set(name, table);
    }
    return table as Map<string, Value>;
  }

  /** @throws Error if a living process holds the folder */
  open(): void {
    if (!this.options.persistent) return;
    const holder = existsSync(this.lock) ? Number(readFileSync(this.lock, 'utf8')) : undefined;
    if (holder && holder !== process.pid && isAlive(holder)) {
      throw new Error(
        `another local cloud (process ${holder}) uses this data folder; stop it with "model-pipeline local stop", or name another folder`,
      );
    }
    writeFileSync(this.lock, String(process.pid));
    this.locked = true;
    this.timer = setInterval(() => this.save(), SAVE_INTERVAL_MILLISECONDS);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    if (!this.locked) return;
    this.save();
    rmSync(this.lock, { force: true });
    this.locked = false;
  }

  private save(): void {
    // A crash while writing must leave the former state whole.
    writeFileSync(`${this.file}.new`, serialize(this.tables));
    renameSync(`${this.file}.new`, this.file);
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
