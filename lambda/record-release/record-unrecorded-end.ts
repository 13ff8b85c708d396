import * as z from 'zod/mini';
import { requestSchema } from '../aws/request-schema';
import { checkDocument } from '../domain/records/document';
import { executionEnd, failedExecution } from '../report-failure/failure';
import { type ReportProps, reportFailure } from '../report-failure/report-failure';

/** Whether an event is the end of a release of which there was nothing to undo. */
export function isUnrecordedEnd(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'kind' in event && event.kind === 'failure';
}

/**
 * Records that a release failed, unless it has recorded its end itself, as one that was refused has: such as
 * a release that was stopped, or timed out, before it had begun.
 */
export async function recordUnrecordedEnd(event: unknown, props: ReportProps): Promise<undefined> {
  const { end } = checkDocument(unrecordedEnd, event, 'end of a release');
  await reportFailure(failedExecution('release', end), props);
}

const unrecordedEnd = requestSchema(
  'record-release',
  z.object({ kind: z.literal('failure'), end: executionEnd }),
);
