import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap } from 'node:util/types';
import { deserialize, serialize } from 'node:v8';
import { isInRange } from './clock';

const SAVE_INTERVAL_MILLISECONDS = 5_000;

/** What the cloud itself keeps over a restart: without it time would go back and identifiers would come twice. */
export interface CloudState {
  /** Virtual milliseconds since the epoch. */
  readonly time: number;
  readonly randomness: number;
  /** The ARNs of everything kept name both. */
  readonly region: string;
  readonly account: string;
}

export interface StateFileOptions {
  readonly persistent: boolean;
  /** Asked each time that the state is saved. */
  readonly cloudState: () => CloudState;
  readonly log: (message: string) => void;
}

interface SavedState {
  readonly cloud: CloudState;
  readonly tables: Map<string, Map<string, unknown>>;
}

/** The tables of all services; with a data folder they are written every few seconds and at the end. */
export class StateFile {
  /** Undefined if nothing was saved before. */
  readonly saved: CloudState | undefined;
  private readonly tables: Map<string, Map<string, unknown>>;
  private readonly file: string;
  private readonly lock: string;
  private timer: NodeJS.Timeout | undefined;
  private locked = false;

  constructor(
    directory: string,
    private readonly options: StateFileOptions,
  ) {
    this.file = join(directory, 'state.bin');
    this.lock = join(directory, 'lock');
    const before = options.persistent && existsSync(this.file) ? readState(this.file) : undefined;
    this.saved = before?.cloud;
    this.tables = before?.tables ?? new Map();
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
        `another local cloud (process ${holder}) uses this data folder; stop it, or name another folder`,
      );
    }
    writeFileSync(this.lock, String(process.pid));
    this.locked = true;
    this.timer = setInterval(() => this.trySave(), SAVE_INTERVAL_MILLISECONDS);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    if (!this.locked) return;
    this.save();
    rmSync(this.lock, { force: true });
    this.locked = false;
  }

  /** A disk that is full now may have room at the next time; until then the former state stays. */
  private trySave(): void {
    try {
      this.save();
    } catch (error) {
      this.options.log(`could not save the state: ${(error as Error).message}`);
    }
  }

  private save(): void {
    const state: SavedState = { cloud: this.options.cloudState(), tables: this.tables };
    // A crash while writing must leave the former state whole.
    writeFileSync(`${this.file}.new`, serialize(state));
    renameSync(`${this.file}.new`, this.file);
  }
}

function readState(file: string): SavedState {
  try {
    const state = deserialize(readFileSync(file)) as SavedState;
    const { time, randomness, region, account } = state.cloud;
    const isLocated = typeof region === 'string' && typeof account === 'string';
    if (isInRange(time) && Number.isInteger(randomness) && isLocated && isMap(state.tables)) return state;
  } catch {
    // Said below.
  }
  throw new Error(
    `${file} is not a state that this version of the local cloud wrote; move it away to begin anew, or name another folder`,
  );
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
