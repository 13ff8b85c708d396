import type { ProductionRoute } from '../../contracts/routing';
import type { LedgerStore } from '../aws/ledger-store';

/** A version to roll back to. */
export interface VersionBefore {
  /** Undefined if the ledger knows none. */
  readonly modelVersion?: string;
  /** Entries that could not be read on the way to it. */
  readonly problems: readonly string[];
}

/**
 * The version that the one in production took over from, however often that has been released again since,
 * with other settings. If the entry of the takeover is lost, it is the version that was released last before.
 */
export async function versionBefore(
  { modelVersion, ledgerSequence }: ProductionRoute,
  ledger: LedgerStore,
): Promise<VersionBefore> {
  const problems: string[] = [];
  const isThere = (await ledger.read(ledgerSequence)).sha256 !== undefined;
  for await (const { entry, problem } of ledger.backwards(isThere ? ledgerSequence : undefined)) {
    if (problem !== undefined) problems.push(problem);
    if (entry?.kind !== 'release') continue;
    const before = entry.modelVersion === modelVersion ? entry.champion : entry.modelVersion;
    if (before !== undefined && before !== modelVersion) return { modelVersion: before, problems };
  }
  return { problems };
}
