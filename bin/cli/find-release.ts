import type { LedgerStore } from '../../lambda/aws/ledger-store';
import type { LedgerEntry } from '../../lambda/domain/records/ledger';
import { CliError } from './cli-error';

/**
 * The release that a person means.
 *
 * @param what a number of the ledger, or a version, of which the latest release is meant; the latest of all
 * by default
 * @throws CliError if there is none
 */
export async function findRelease(ledger: LedgerStore, what?: string): Promise<LedgerEntry> {
  if (what !== undefined && /^\d{1,8}$/.test(what)) return numbered(ledger, what);
  for await (const { entry } of ledger.backwards()) {
    if (entry && isRelease(entry) && (what === undefined || entry.modelVersion === what)) return entry;
  }
  throw new CliError(what === undefined ? 'nothing has been released yet' : unknown(what));
}

async function numbered(ledger: LedgerStore, number: string): Promise<LedgerEntry> {
  if (Number(number) === 0) throw new CliError(unknown(number));
  const { entry, sha256, problem } = await ledger.read(Number(number));
  if (!entry) throw new CliError(sha256 === undefined ? unknown(number) : `${problem}`);
  if (isRelease(entry)) return entry;
  throw new CliError(
    `number ${number} of the ledger is a ${entry.kind}, not a release; see: model-pipeline history`,
  );
}

function isRelease({ kind }: LedgerEntry): boolean {
  return kind === 'release' || kind === 'rollback';
}

function unknown(what: string): string {
  return `release ${what} does not exist: specify a ledger number or a version; see: model-pipeline history`;
}
