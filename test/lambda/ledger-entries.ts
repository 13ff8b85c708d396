import type { LedgerStore } from '../../lambda/aws/ledger-store';
import type { LedgerEntry } from '../../lambda/domain/records/ledger';

/** All entries of a ledger that can be read, oldest first. */
export async function ledgerEntries(ledger: LedgerStore): Promise<LedgerEntry[]> {
  return (await ledger.newest(Number.POSITIVE_INFINITY)).flatMap(({ entry }) => entry ?? []);
}
