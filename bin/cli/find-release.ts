import type { LedgerEntry } from '../../lambda/domain/ledger';
import { CliError } from './cli-error';

/**
 * The release that a person means.
 *
 * @param what a number of the ledger, or a version, of which the latest release is meant; the latest of all by default
 * @throws CliError if there is none
 */
export function findRelease(entries: readonly LedgerEntry[], what?: string): LedgerEntry {
  const releases = entries.filter(({ kind }) => kind === 'release' || kind === 'rollback');
  const named = entries.find(({ sequence }) => String(sequence) === what);
  if (named && !releases.includes(named)) {
    throw new CliError(
      `number ${what} of the ledger is a ${named.kind}, not a release; see: model-pipeline history`,
    );
  }
  const found = named ?? releases.findLast(({ modelVersion }) => what === undefined || modelVersion === what);
  if (found) return found;
  throw new CliError(
    what === undefined
      ? 'nothing has been released yet'
      : `there is no release ${what}: name a number of the ledger or a version; see: model-pipeline history`,
  );
}
