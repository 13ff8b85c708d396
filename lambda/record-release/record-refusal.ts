import * as z from 'zod/mini';
import type { RecordedEntry, RecordRefusalRequest } from '../../contracts/functions/release';
import type { LedgerStore } from '../aws/ledger-store';
import { logger } from '../aws/logger';
import type { Notifier } from '../aws/notifier';
import { requestSchema } from '../aws/request-schema';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { errorReason } from '../domain/records/error-reason';
import type { RoutingDocument } from '../domain/release/routing';

export interface RecordRefusalProps {
  readonly pipelineName: string;
  readonly ledger: LedgerStore;
  readonly routing: RoutingStore;
  readonly notifier: Notifier;
}

/** Whether an event is a release that was refused before it began. */
export function isRefusal(event: unknown): event is RecordRefusalRequest {
  return typeof event === 'object' && event !== null && 'kind' in event && event.kind === 'refusal';
}

/**
 * Records that a release was refused before anything was changed: in the ledger, then people and other
 * systems are notified. A release that was planned although its plan was given up, such as by a function that
 * timed out after its work, was not refused: the workflow that undoes it records that.
 */
export async function recordRefusal(
  event: RecordRefusalRequest,
  { pipelineName, ledger, routing, notifier }: RecordRefusalProps,
): Promise<RecordedEntry> {
  const refused = checkDocument(refusal, event, 'refusal of a release');
  const { releaseId, modelVersion, error, execution, time } = refused;
  const reasons = [errorReason(error)];
  const live = await readRouting(routing);
  if (live?.candidate?.releaseId === releaseId) return { sequence: null };
  const champion = live?.production?.modelVersion;
  const { sequence } = await ledger.append({
    time,
    kind: 'refusal',
    pipeline: pipelineName,
    // What was asked for need not be a version.
    ...(modelVersionText.safeParse(modelVersion).success && { modelVersion }),
    ...(champion && { champion }),
    reasons,
    execution,
  });
  await notifier.tell({
    subject: `${pipelineName}: the release of ${modelVersion} was refused`,
    text: [
      `The release of ${modelVersion} of ${pipelineName} was refused; nothing was changed.`,
      `Why: ${reasons.join('; ')}`,
      `Requested by: ${execution}`,
      `Ledger entry: ${sequence}`,
    ].join('\n'),
    event: {
      type: 'Refused',
      detail: { releaseId, modelVersion, error: error.Error, reasons, execution, ledgerSequence: sequence },
    },
    time: new Date(time),
    about: execution,
  });
  return { sequence };
}

/** What is refused may be so for want of the routing document: that must not keep it from being recorded. */
async function readRouting(routing: RoutingStore): Promise<RoutingDocument | undefined> {
  try {
    return await routing.read();
  } catch (error) {
    logger.error('the routing document could not be read', error as Error);
    return undefined;
  }
}

const refusal = requestSchema(
  'record-release',
  z.object({
    kind: z.literal('refusal'),
    releaseId: z.string(),
    modelVersion: z.string(),
    error: z.object({ Error: z.string(), Cause: z.optional(z.string()) }),
    execution: z.string(),
    time: z.iso.datetime(),
  }),
);
