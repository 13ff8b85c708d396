import type { LedgerStore } from '../aws/ledger-store';
import type { Notice, Notifier } from '../aws/notifier';
import type { RoutingStore } from '../aws/routing-store';
import { versionInProduction } from '../aws/version-in-production';
import { END_EVENTS, type PipelineEvent } from '../domain/records/events';
import type { LedgerEntry } from '../domain/records/ledger';
import type { Failure } from './failure';

export interface ReportProps {
  readonly pipelineName: string;
  readonly ledger: LedgerStore;
  readonly routing: RoutingStore;
  readonly notifier: Notifier;
  readonly now: () => Date;
}

/**
 * Records a failure in the ledger and notifies of it, unless what failed has done so itself. If it could only
 * record its end, people and other systems are notified now. May be repeated.
 */
export async function reportFailure(
  failure: Failure,
  { pipelineName, ledger, routing, notifier, now }: ReportProps,
): Promise<void> {
  const { about } = failure;
  if (await notifier.hasNotified(about, END_EVENTS)) return;
  const champion = await versionInProduction(routing);
  const entry =
    (await ledger.entryOf(about)) ??
    (await ledger.append({
      time: now().toISOString(),
      kind: 'failure',
      pipeline: pipelineName,
      ...(champion && { champion }),
      reasons: [`${failure.title}: ${failure.reason}`],
      execution: about,
    }));
  await notifier.tell(noticeOf(failure, entry, pipelineName));
}

function noticeOf(failure: Failure, entry: LedgerEntry, pipelineName: string): Notice {
  const { about, title, reason, remedy } = failure;
  const { kind, champion, sequence, time } = entry;
  const recorded =
    kind === 'failure' ? [] : [`It is recorded as ${kind}, and nobody could be notified of that.`];
  return {
    subject: `${pipelineName}: ${title}`,
    text: [
      `${title[0]?.toUpperCase()}${title.slice(1)} (${pipelineName}).`,
      `Why: ${reason}`,
      ...recorded,
      champion ? `Version ${champion} is in production.` : 'Nothing is known to be in production.',
      `What to do: ${remedy}`,
      `About: ${about}`,
      `Ledger entry: ${sequence}`,
    ].join('\n'),
    event: eventOf(failure, entry),
    time: new Date(time),
    about,
  };
}

/** Workflows that make versions notify of their own failures by the same event. */
function eventOf({ about: execution, what, reason }: Failure, entry: LedgerEntry): PipelineEvent {
  const detail = { reasons: [reason], execution, ledgerSequence: entry.sequence };
  if (what !== 'retraining' && what !== 'registration')
    return { type: 'Failed', detail: { what, ...detail } };
  const { modelVersion = null, champion = null, dataVersion = null, modelPackageArn = null } = entry;
  return {
    type: what === 'retraining' ? 'RetrainingFailed' : 'RegistrationFailed',
    detail: { modelVersion, champion, dataVersion, modelPackageArn, ...detail, report: entry.report ?? null },
  };
}
