import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap } from 'node:util/types';
import { deserialize, serialize } from 'node:v8';
import { isInRange } from './clock';
import { Journal, readJournal } from './journal';
import { TrackedTable } from './tracked-table';

const SAVE_INTERVAL_MILLISECONDS = 5_000;

/**
 * What the cloud itself keeps over a restart: without it time would run backwards and identifiers would come
 * twice.
 */
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
  /**
   * How often the state was saved: the journal that belongs to it has the same. States that were saved
   * without a journal have none.
   */
  readonly generation?: number;
}

/** The first record of a journal. */
interface JournalStart {
  readonly generation: number;
}

/** Each other one: entries that have changed since the state was saved, and the cloud's own state then. */
interface JournalRecord {
  readonly cloud: CloudState;
  readonly changes: readonly Change[];
}

interface Change {
  readonly table: string;
  readonly key: string;
  /** Undefined if the entry was deleted. */
  readonly value: Uint8Array | undefined;
}

/**
 * The tables of all services. With a data folder they are written every few seconds and at the end, and what
 * changes in between is appended to a journal before a request is answered: what was acknowledged survives a
 * `kill -9`.
 */
export class StateFile {
  /** Undefined if nothing was saved before. */
  readonly saved: CloudState | undefined;
  private readonly tables: Map<string, Map<string, unknown>>;
  private readonly file: string;
  private readonly lock: string;
  private readonly journal: Journal;
  private generation: number;
  /** Digests of the entries in the journal, by table and key. */
  private readonly journalled = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private locked = false;

  constructor(
    directory: string,
    private readonly options: StateFileOptions,
  ) {
    this.file = join(directory, 'state.bin');
    this.lock = join(directory, 'lock');
    const journalFile = join(directory, 'journal.bin');
    this.journal = new Journal(journalFile);
    const before = options.persistent && existsSync(this.file) ? readState(this.file) : undefined;
    this.generation = before?.generation ?? 0;
    this.tables = new Map();
    for (const [name, entries] of before?.tables ?? []) this.tables.set(name, TrackedTable.of(entries));
    const records = options.persistent ? recordsOf(journalFile, this.generation) : [];
    for (const { changes } of records) for (const change of changes) this.apply(change);
    this.saved = records.at(-1)?.cloud ?? before?.cloud;
  }

  table<Value>(name: string): Map<string, Value> {
    let table = this.tables.get(name);
    if (!table) {
      table = this.options.persistent ? new TrackedTable() : new Map();
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
    try {
      this.save();
    } catch (error) {
      rmSync(this.lock, { force: true });
      throw error;
    }
    this.locked = true;
    this.timer = setInterval(() => this.trySave(), SAVE_INTERVAL_MILLISECONDS);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    if (!this.locked) return;
    this.save();
    this.journal.close();
    rmSync(this.lock, { force: true });
    this.locked = false;
  }

  /**
   * Writes what has changed since it was last written.
   *
   * @throws Error if the disk is full
   */
  keep(): void {
    if (!this.locked) return;
    const changes: Change[] = [];
    const digests: [string, string][] = [];
    for (const [name, table] of this.tables) {
      if (!(table instanceof TrackedTable)) continue;
      for (const key of table.touched) {
        const value = table.has(key) ? serialize(table.peek(key)) : undefined;
        const digest = value ? createHash('sha1').update(value).digest('base64') : 'deleted';
        const id = `${name} ${key}`;
        if (this.journalled.get(id) === digest) continue;
        changes.push({ table: name, key, value });
        digests.push([id, digest]);
      }
    }
    if (changes.length > 0) {
      this.journal.append({ cloud: this.options.cloudState(), changes } satisfies JournalRecord);
      for (const [id, digest] of digests) this.journalled.set(id, digest);
    }
    this.forgetTouched();
  }

  private apply({ table, key, value }: Change): void {
    if (value) this.table(table).set(key, deserialize(value));
    else this.table(table).delete(key);
  }

  private forgetTouched(): void {
    for (const table of this.tables.values()) if (table instanceof TrackedTable) table.touched.clear();
  }

  /** A disk that is full now may have room at the next time; until then the previous state stays. */
  private trySave(): void {
    try {
      this.save();
    } catch (error) {
      this.options.log(`could not save the state: ${(error as Error).message}`);
    }
  }

  private save(): void {
    const generation = this.generation + 1;
    const state: SavedState = { cloud: this.options.cloudState(), tables: this.tables, generation };
    // A crash while writing must leave the previous state whole.
    writeFileSync(`${this.file}.new`, serialize(state));
    renameSync(`${this.file}.new`, this.file);
    // A crash here leaves a journal of the previous state, which is not read.
    this.generation = generation;
    this.journalled.clear();
    this.forgetTouched();
    this.journal.begin({ generation } satisfies JournalStart);
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

/** What was journalled since a state was saved. */
function recordsOf(file: string, generation: number): JournalRecord[] {
  const [start, ...records] = readJournal(file);
  return (start as JournalStart | undefined)?.generation === generation ? (records as JournalRecord[]) : [];
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
