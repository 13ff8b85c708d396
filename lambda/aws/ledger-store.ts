import * as z from 'zod/mini';
import { recordedKey } from '../domain/bucket-layout';
import { parseDocument } from '../domain/document';
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
   * Appends an entry under the next free number, whoever else appends at the same time. An execution has one entry of a
   * kind: a second attempt, however late and by whichever workflow, gives the entry of the first.
   *
   * @returns the entry with its number
   * @throws Error if the entry is not valid
   */
  async append(entry: Omit<LedgerEntry, 'sequence'>): Promise<LedgerEntry> {
    formatLedgerEntry({ ...entry, sequence: 1 });
    const about = entry.release ?? entry.execution;
    const key = about === undefined ? undefined : recordedKey(about, entry.kind);
    for (;;) {
      const claim = key === undefined ? { sequence: await this.nextSequence() } : await this.claim(key);
      const numbered = { ...entry, sequence: claim.sequence };
      if (await this.store.writeOnce(ledgerKey(claim.sequence), formatLedgerEntry(numbered))) return numbered;
      const winner = await this.read(claim.sequence);
      if (isSame(winner, entry)) return winner;
      // Another entry took the number meanwhile. Of several attempts of this one, S3 lets one choose the next number.
      if (key !== undefined && claim.etag)
        await this.store.writeOver(key, await this.nextClaim(), claim.etag);
    }
  }

  /** The number that an entry has, or is to have: it is chosen before the entry is written, so that no attempt takes two. */
  private async claim(key: string): Promise<Claim> {
    for (;;) {
      const found = await this.store.tryReadTagged(key);
      if (found) return { ...parseDocument(claimed, found.text, this.store.uriOf(key)), etag: found.etag };
      await this.store.writeOnce(key, await this.nextClaim());
    }
  }

  private async nextClaim(): Promise<string> {
    return JSON.stringify({ sequence: await this.nextSequence() });
  }

  private async nextSequence(): Promise<number> {
    return ((await this.sequences()).at(-1) ?? 0) + 1;
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

interface Claim {
  readonly sequence: number;
  readonly etag?: string;
}

const claimed = z.object({ sequence: z.int() });

function isSame(a: LedgerEntry, b: Omit<LedgerEntry, 'sequence'>): boolean {
  const about = a.release ?? a.execution;
  return about !== undefined && about === (b.release ?? b.execution) && a.kind === b.kind;
}
