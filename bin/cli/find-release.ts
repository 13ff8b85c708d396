import type { LedgerEntry } from '../../lambda/domain/ledger';
import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';

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

/** Id of the release that an entry is about; undefined if no workflow wrote it. */
export async function releaseIdOf(
  pipeline: Pipeline,
  { execution }: LedgerEntry,
): Promise<string | undefined> {
  if (!execution) return undefined;
  const [stateMachine, name] = execution.split(':').slice(-2);
  if (!pipeline.resources.restoreStateMachine.endsWith(`:${stateMachine}`)) return name;
  // A release that died was ended by another workflow, whose input names it.
  const { input } = await pipeline.execution(execution);
  const { detail } = JSON.parse(input ?? '{}') as { detail?: { name?: string } };
  return detail?.name;
}
