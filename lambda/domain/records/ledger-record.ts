import { createHash } from 'node:crypto';
import { type LedgerEntry, ledgerKey, parseLedgerEntry } from './ledger';

/** What is found under a number of the ledger. */
export interface LedgerRecord {
  readonly sequence: number;
  readonly key: string;
  /** Undefined if it is missing or cannot be read. */
  readonly entry?: LedgerEntry;
  /** Of its text; undefined if it is missing. */
  readonly sha256?: string;
  /** What is wrong with it: missing, unreadable, changed or out of place. */
  readonly problem?: string;
}

/** What an object of the ledger holds. @param text undefined if there is no such object */
export function ledgerRecord(sequence: number, text: string | undefined): LedgerRecord {
  const key = ledgerKey(sequence);
  if (text === undefined) return { sequence, key, problem: `${key} is missing: somebody deleted it` };
  const sha256 = sha256Of(text);
  try {
    const entry = parseLedgerEntry(text);
    if (entry.sequence === sequence) return { sequence, key, entry, sha256 };
    return { sequence, key, sha256, problem: `${key} holds the entry of number ${entry.sequence}` };
  } catch (error) {
    return { sequence, key, sha256, problem: `${key} cannot be read: ${(error as Error).message}` };
  }
}

/** Adds to records, oldest first, what later ones tell: each entry names the content of the one before it. */
export function checkChain(records: readonly LedgerRecord[]): LedgerRecord[] {
  const named = new Map<number, { readonly sha256: string; readonly by: number }>();
  for (const { sequence, entry } of records) {
    if (entry?.previous) named.set(entry.previous.sequence, { sha256: entry.previous.sha256, by: sequence });
  }
  return records.map((record) => {
    const { sequence, key, sha256, problem } = record;
    const claim = named.get(sequence);
    if (!claim || sha256 === undefined || sha256 === claim.sha256 || problem !== undefined) return record;
    return {
      ...record,
      problem: `${key} was changed after it was written: number ${claim.by} names another content`,
    };
  });
}

/** The link that the next entry gets to this one; undefined if it is missing. */
export function linkTo({ sequence, sha256 }: LedgerRecord): LedgerEntry['previous'] {
  return sha256 === undefined ? undefined : { sequence, sha256 };
}

/**
 * Numbers that may be lost between two entries. An object further ahead belongs to the ledger only if its
 * content says so: numbering must not follow a stray `ledger/99999999.json`.
 */
export const LONGEST_GAP = 1_000;

/** Whether an entry far ahead of the others was written after one shortly before it, which was deleted. */
export function isLinked({ entry }: LedgerRecord): boolean {
  return entry?.previous !== undefined && entry.sequence - entry.previous.sequence <= LONGEST_GAP;
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
