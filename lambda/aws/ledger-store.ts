import {
  formatLedgerEntry,
  type LedgerEntry,
  ledgerKey,
  parseLedgerEntry,
  sequenceOfLedgerKey,
} from '../domain/ledger';
import type { ArtifactStore } from './store';

/** The ledger in the pipeline's bucket: one object an entry, never changed. */
export class LedgerStore {
  constructor(private readonly store: ArtifactStore) {}

  /**
   * Appends an entry under the next free number, whoever else appends at the same time. A workflow execution makes one
   * entry of a kind: a second attempt gives the entry of the first.
   *
   * @returns the entry with its number
   * @throws Error if the entry is not valid
   */
  async append(entry: Omit<LedgerEntry, 'sequence'>): Promise<LedgerEntry> {
    const sequences = await this.sequences();
    for (const sequence of sequences.slice(-REMEMBERED)) {
      const earlier = await this.read(sequence);
      if (isSame(earlier, entry)) return earlier;
    }
    for (let sequence = (sequences.at(-1) ?? 0) + 1; ; sequence++) {
      const numbered = { ...entry, sequence };
      if (await this.store.writeOnce(ledgerKey(sequence), formatLedgerEntry(numbered))) return numbered;
      // The number was taken meanwhile, or by this very entry if an answer was lost on the way.
      const winner = await this.read(sequence);
      if (isSame(winner, entry)) return winner;
    }
  }

  /** All entries, in order. */
  async readAll(): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for (const sequence of await this.sequences()) entries.push(await this.read(sequence));
    return entries;
  }

  private async read(sequence: number): Promise<LedgerEntry> {
    return parseLedgerEntry(await this.store.readText(ledgerKey(sequence)));
  }

  private async sequences(): Promise<number[]> {
    const sequences: number[] = [];
    for await (const { key } of this.store.list('ledger/')) {
      const sequence = sequenceOfLedgerKey(key);
      if (sequence !== undefined) sequences.push(sequence);
    }
    return sequences;
  }
}

/** Newest entries among which a repeated one is looked for: repetitions follow within minutes. */
const REMEMBERED = 5;

function isSame(a: LedgerEntry, b: Omit<LedgerEntry, 'sequence'>): boolean {
  return a.execution !== undefined && a.execution === b.execution && a.kind === b.kind;
}
