import type { LedgerStore } from '../aws/ledger-store';
import type { LiveAlias } from '../aws/live-alias';
import type { ModelRegistry } from '../aws/model-registry';
import type { Notifier } from '../aws/notifier';
import type { RoutingStore } from '../aws/routing-store';
import { releaseNotice } from './release-notice';
import { ledgerEntryOf, parseReleaseRecord, routingAfter } from './release-record';

export interface RecordProps {
  readonly pipelineName: string;
  readonly ledger: LedgerStore;
  readonly routing: RoutingStore;
  /** Of the function that serves; undefined if none does. */
  readonly alias?: LiveAlias | undefined;
  readonly registry: ModelRegistry;
  readonly notifier: Notifier;
}

/**
 * Records how a release ended: in the ledger, then in the routing document, which the function that serves follows, then at the
 * package, then it is told. All but the last may be repeated: the ledger knows the workflow's execution.
 */
export async function recordRelease(
  event: unknown,
  { pipelineName, ledger, routing, alias, registry, notifier }: RecordProps,
): Promise<{ sequence: number }> {
  const parsed = parseReleaseRecord(event);
  const { sequence, time } = await ledger.append(ledgerEntryOf(parsed, pipelineName));
  // The ledger's time holds, if this is a repetition.
  const record = { ...parsed, time };
  await routing.change((live) => routingAfter(live, record, sequence));
  await alias?.follow(routing);
  if (record.kind === 'release') {
    await registry.setProperties(record.plan.modelPackageArn, { releasedAt: record.time });
  }
  await notifier.tell(releaseNotice(record, pipelineName, sequence));
  return { sequence };
}
