import type { RecordedEntry } from '../../contracts/functions/release';
import type { LedgerStore } from '../aws/ledger-store';
import type { LiveAlias } from '../aws/live-alias';
import { logger } from '../aws/logger';
import type { ModelRegistry } from '../aws/model-registry';
import type { Notifier } from '../aws/notifier';
import type { RoutingStore } from '../aws/routing-store';
import { recordRollback } from './record-rollback';
import { promotionNotice } from './release-notice';
import { ledgerEntryOf, type PromotionRecord, parseReleaseRecord, routingAfter } from './release-record';

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
 * Records how a release ended: in the ledger, then in the routing document, which the function that serves
 * follows, then, of one that was not undone, at the packages, then people and other systems are notified. All
 * of it may be repeated: the release has one entry and one notification.
 */
export async function recordRelease(
  event: unknown,
  { pipelineName, ledger, routing, alias, registry, notifier }: RecordProps,
): Promise<RecordedEntry> {
  const parsed = parseReleaseRecord(event);
  if (parsed.kind === 'rollback') {
    return recordRollback(parsed, { pipelineName, ledger, routing, alias, notifier });
  }
  const { sequence, time } = await ledger.append(ledgerEntryOf(parsed, pipelineName));
  // The ledger's time holds, if this is a repetition.
  const record = { ...parsed, time };
  await routing.change((live) => routingAfter(live, record, sequence));
  await alias?.follow(routing);
  const undone = await notePackages(record, registry);
  await notifier.tell(promotionNotice(record, pipelineName, sequence, undone));
  return { sequence };
}

/**
 * Serving needs no package: a package that is gone, or cannot be changed, does not prevent notifications of
 * the release.
 */
async function notePackages({ plan, time }: PromotionRecord, registry: ModelRegistry): Promise<string[]> {
  const { modelPackageArn, modelVersion, champion } = plan;
  const former = champion?.modelPackageArn;
  const undone: string[] = [];
  const mark = async (arn: string, what: string, marking: () => Promise<void>): Promise<void> => {
    try {
      await marking();
    } catch (error) {
      logger.error(`the package ${arn} could not be marked as ${what}`, error as Error);
      undone.push(`Not done: the package ${arn} could not be marked as ${what}: ${(error as Error).message}`);
    }
  };
  await mark(modelPackageArn, 'released', () => registry.markInProduction(modelPackageArn, time));
  // A version may be released again, in its own place.
  if (former !== undefined && former !== modelPackageArn) {
    await mark(former, 'replaced', () => registry.markReplaced(former, time, modelVersion));
  }
  return undone;
}
