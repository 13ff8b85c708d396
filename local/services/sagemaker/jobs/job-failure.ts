/** Ends a job as failed; the message is its `FailureReason`. */
export class JobFailure extends Error {}

export const INTERRUPTED =
  'InternalServerError: The local cloud ended while the job was running. Please try again.';

const LONGEST_REASON = 1024;

/** A `FailureReason` holds 1,024 characters; the end of a traceback says most. */
export function shortened(reason: string, suffix = ''): string {
  const room = LONGEST_REASON - suffix.length;
  if (reason.length <= room) return reason + suffix;
  const head = Math.floor(room / 4);
  return `${reason.slice(0, head)} ... ${reason.slice(reason.length - (room - head - 5))}${suffix}`;
}
