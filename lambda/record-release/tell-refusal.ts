import * as z from 'zod/mini';
import type { EventBus } from '../aws/event-bus';
import { checkDocument } from '../domain/document';
import { errorReason } from '../domain/error-reason';

/** Whether an event is a release that was refused before it began. */
export function isRefusal(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'kind' in event && event.kind === 'refusal';
}

/**
 * Tells other systems that a release was refused before anything was changed. Nothing went into production or out of it, so
 * that the ledger has no entry; who asked for it has the workflow's error.
 */
export async function tellRefusal(event: unknown, eventBus: EventBus): Promise<void> {
  const { error, time, ...known } = checkDocument(refusal, event, 'refusal of a release');
  const detail = { ...known, error: error.Error, reasons: [errorReason(error)] };
  await eventBus.publish({ type: 'Refused', detail }, new Date(time));
}

const refusal = z.object({
  releaseId: z.string(),
  /** As it was asked for. */
  modelVersion: z.string(),
  error: z.object({ Error: z.string(), Cause: z.optional(z.string()) }),
  execution: z.string(),
  time: z.iso.datetime(),
});
