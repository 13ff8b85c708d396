import type { RecordedEntry } from '../../contracts/functions/release';
import { logger } from '../aws/logger';
import type { RecordProps } from './record-release';
import { rollbackNotice } from './release-notice';
import { ledgerEntryOf, type RollbackRecord, routingAfter } from './release-record';

/**
 * Records that a release was rolled back: in the ledger, then in the routing document, which the function
 * that serves follows; then people and other systems are notified. All of it may be repeated. An attempt
 * fails at the first step that fails, but the last attempt does what it can, and notifies people of the rest:
 * without the ledger, too, the next release must be able to begin.
 *
 * @returns the ledger's number; null if it could not be written
 */
export async function recordRollback(
  record: RollbackRecord,
  { pipelineName, ledger, routing, alias, notifier }: Omit<RecordProps, 'registry'>,
): Promise<RecordedEntry> {
  const undone: string[] = [];
  const step = async <Result>(
    otherwise: string,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!record.isLastAttempt) throw error;
      logger.error(otherwise, error as Error);
      undone.push(`Not done: ${otherwise}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const entry = await step('the ledger has no entry for this', () =>
    ledger.append(ledgerEntryOf(record, pipelineName)),
  );
  await step(
    'the routing document has the version as its candidate still, so no release can begin; once it can be written: model-pipeline rollback',
    () => routing.change((live) => routingAfter(live, record, entry?.sequence ?? 0)),
  );
  await step("the function's alias may not follow the routing document", async () => alias?.follow(routing));
  const sequence = entry?.sequence ?? null;
  // The ledger's time holds, if this is a repetition.
  const time = entry?.time ?? record.time;
  await step('some recipients may not be notified', () =>
    notifier.tell(rollbackNotice({ ...record, time }, pipelineName, sequence, undone)),
  );
  return { sequence };
}
