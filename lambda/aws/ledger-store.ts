import * as z from 'zod/mini';
import { kindOfRecordedKey, recordedKey, recordedPrefix } from '../domain/records/bucket-layout';
import { parseDocument } from '../domain/records/document';
import {
  formatLedgerEntry,
  type LedgerEntry,
  ledgerKey,
  sequenceOfLedgerKey,
} from '../domain/records/ledger';
import {
  checkChain,
  isLinked,
  type LedgerRecord,
  LONGEST_GAP,
  ledgerRecord,
  linkTo,
} from '../domain/records/ledger-record';
import type { RoutingStore } from './routing-store';
import type { ArtifactStore } from './store';

/** An entry to append: the ledger gives it its number and the link to the entry before it. */
export type NewLedgerEntry = Omit<LedgerEntry, 'sequence' | 'previous'>;

/**
 * The ledger in the pipeline's bucket: one object an entry, never changed. Numbers are consecutive, so that a
 * missing one was deleted, and each entry names the content of the one before it, so that a changed one is
 * noticed.
 *
 * No call reads all of it: keys follow from numbers, and the routing document tells a number near the end,
 * from which the bucket is listed. If that number is lost or wrong, the whole ledger is listed, 1,000 entries
 * a call.
 */
export class LedgerStore {
  constructor(
    private readonly store: ArtifactStore,
    private readonly routing?: Pick<RoutingStore, 'read'>,
  ) {}

  /**
   * Appends an entry under the next free number, whoever else appends at the same time. An execution has one
   * entry of a kind: a second attempt, however late and by whichever workflow, gives the entry of the first.
   * Entries that cannot be read are in nobody's way.
   *
   * @returns the entry with its number
   * @throws Error if the entry is not valid
   */
  async append(entry: NewLedgerEntry): Promise<LedgerEntry> {
    formatLedgerEntry({ ...entry, sequence: 1 });
    const about = aboutOf(entry);
    const key = about === undefined ? undefined : recordedKey(about, entry.kind);
    for (;;) {
      const claim = key === undefined ? { sequence: await this.nextSequence() } : await this.claim(key);
      const { sequence } = claim;
      const previous = await this.linkBefore(sequence);
      const numbered = { ...entry, sequence, ...(previous && { previous }) };
      if (await this.store.writeOnce(ledgerKey(sequence), formatLedgerEntry(numbered))) return numbered;
      const winner = (await this.read(sequence)).entry;
      if (winner && isSame(winner, entry)) return winner;
      // Another entry took the number meanwhile. Of several attempts of this one, S3 lets one choose the next
      // number.
      if (key !== undefined && claim.etag)
        await this.store.writeOver(key, await this.nextClaim(), claim.etag);
    }
  }

  /** What is found under a number. */
  async read(sequence: number): Promise<LedgerRecord> {
    try {
      return ledgerRecord(sequence, await this.store.tryReadText(ledgerKey(sequence)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const key = ledgerKey(sequence);
      return { sequence, key, problem: `${key} cannot be read: ${(error as Error).message}` };
    }
  }

  /** The newest records, oldest first, and after them what is in the ledger's place without being of it. */
  async newest(limit: number): Promise<LedgerRecord[]> {
    const { last, strays, overwritten } = await this.end();
    const records: LedgerRecord[] = [];
    for await (const record of this.backwards(last)) {
      if (records.length === limit) break;
      const { key, sequence, problem } = record;
      const isOverwritten = problem === undefined && overwritten.has(sequence);
      records.push(isOverwritten ? { ...record, problem: `${key} was overwritten` } : record);
    }
    return [...records.reverse(), ...strays.map((sequence) => strayRecord(sequence, last))];
  }

  /**
   * Records from a number back to the first, each read when it is requested, with some ahead.
   *
   * @param from the newest by default
   */
  async *backwards(from?: number): AsyncGenerator<LedgerRecord> {
    let next = from ?? (await this.end()).last;
    let newer: LedgerRecord[] = [];
    for (let count = 1; next >= 1; count = Math.min(AT_ONCE, 4 * count)) {
      const records = await this.readFrom(Math.max(1, next - count + 1), next);
      const checked = checkChain([...records, ...newer]).slice(0, records.length);
      newer = checked.slice(0, 1);
      yield* checked.reverse();
      next -= records.length;
    }
  }

  /** An entry about an execution, undefined if it has none. */
  async entryOf(about: string): Promise<LedgerEntry | undefined> {
    for await (const { key } of this.store.list(recordedPrefix(about))) {
      const kind = kindOfRecordedKey(about, key);
      if (kind === undefined) continue;
      const { sequence } = await this.store.readJson(key, claimed);
      // The attempt may have ended before it wrote the entry.
      const { entry } = await this.read(sequence);
      if (entry?.kind === kind && aboutOf(entry) === about) return entry;
    }
    return undefined;
  }

  /**
   * The number that an entry has, or is to have: it is chosen before the entry is written, so that no attempt
   * takes two.
   */
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
    return (await this.end()).last + 1;
  }

  /** The link to the entry before a number; those that were deleted are passed over. */
  private async linkBefore(sequence: number): Promise<LedgerEntry['previous']> {
    for (let before = sequence - 1; before >= 1 && before >= sequence - LONGEST_SEARCH; before--) {
      const link = linkTo(await this.read(before));
      if (link) return link;
    }
    return undefined;
  }

  /** Records from one number to another, oldest first. */
  private async readFrom(first: number, last: number): Promise<LedgerRecord[]> {
    const sequences = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return Promise.all(sequences.map((sequence) => this.read(sequence)));
  }

  /** Where the ledger ends. Deleted entries keep their numbers. */
  private async end(): Promise<LedgerEnd> {
    const hint = await this.inProduction();
    if (hint !== undefined) {
      const listed = await this.list(hint);
      if (listed.numbers[0] === hint) return this.endOf(listed, hint - 1);
    }
    const end = await this.endOf(await this.list(1), 0);
    // If it is the hint's entry that was deleted for good.
    const isMissing = hint !== undefined && hint > end.last && hint - end.last <= LONGEST_GAP;
    return isMissing ? { ...end, last: hint } : end;
  }

  private async endOf({ numbers, overwritten }: Listed, before: number): Promise<LedgerEnd> {
    let last = before;
    for (const [index, number] of numbers.entries()) {
      if (number - last > LONGEST_GAP && !isLinked(await this.read(number))) {
        return { last, strays: numbers.slice(index), overwritten };
      }
      last = number;
    }
    return { last, strays: [], overwritten };
  }

  /** Numbers that are or were taken, in order, from one on. */
  private async list(first: number): Promise<Listed> {
    const newestTags = new Map<number, string>();
    const oldestTags = new Map<number, string>();
    const numbers = new Set<number>();
    const after = first > 1 ? ledgerKey(first - 1) : undefined;
    for await (const { key, etag, isLatest } of this.store.listVersions('ledger/', after)) {
      const sequence = sequenceOfLedgerKey(key);
      if (sequence === undefined || sequence < first) continue;
      numbers.add(sequence);
      if (etag === undefined) continue;
      if (isLatest) newestTags.set(sequence, etag);
      oldestTags.set(sequence, etag);
    }
    const isOverwritten = ([sequence, etag]: [number, string]) => etag !== oldestTags.get(sequence);
    return {
      numbers: [...numbers].sort((a, b) => a - b),
      overwritten: new Set([...newestTags].filter(isOverwritten).map(([sequence]) => sequence)),
    };
  }

  /**
   * Number of the entry that put the version in production there. It only shortens the way: those who need a
   * routing document that cannot be read report it.
   */
  private async inProduction(): Promise<number | undefined> {
    return this.routing?.read().then(
      ({ production }) => production?.ledgerSequence,
      () => undefined,
    );
  }
}

interface Listed {
  readonly numbers: readonly number[];
  /** Those whose newest version has another content than their first. */
  readonly overwritten: ReadonlySet<number>;
}

interface LedgerEnd extends Pick<Listed, 'overwritten'> {
  /** The highest number that is or was taken; 0 if there is none. */
  readonly last: number;
  /** Numbers of objects far ahead that are not of the ledger. */
  readonly strays: readonly number[];
}

interface Claim {
  readonly sequence: number;
  readonly etag?: string;
}

export const claimed = z.object({ sequence: z.int() });

/** Deleted entries that are passed over to link to the one before them. */
const LONGEST_SEARCH = 5;

/** Objects that are read at the same time. */
const AT_ONCE = 16;

function isSame(a: LedgerEntry, b: NewLedgerEntry): boolean {
  const about = aboutOf(a);
  return about !== undefined && about === aboutOf(b) && a.kind === b.kind;
}

/** What an entry is about, whoever has recorded it. */
function aboutOf({ release, execution }: Pick<LedgerEntry, 'release' | 'execution'>): string | undefined {
  return release ?? execution;
}

/**
 * Whether S3 will not give an object, however often it is asked: denied, or encrypted with a key that is
 * gone.
 */
function isRefusal(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429;
}

function strayRecord(sequence: number, last: number): LedgerRecord {
  const key = ledgerKey(sequence);
  return {
    sequence,
    key,
    problem: `${key} does not belong to the ledger, which ends at number ${last}: somebody added it; delete it`,
  };
}
