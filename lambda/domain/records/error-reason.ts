import * as z from 'zod/mini';
import { tryParseJson } from './json';

/**
 * What went wrong, in a line. Causes of functions, jobs and workflows are JSON, of which only a part is for
 * people.
 */
export function errorReason({
  Error: name,
  Cause: cause,
}: {
  readonly Error?: string | null;
  readonly Cause?: string | null;
}): string {
  return `${name ?? 'unknown error'}: ${cause ? messageOf(cause) : 'no cause was given'}`.slice(0, LONGEST);
}

/** Jobs tell all their settings. */
const LONGEST = 1_000;

function messageOf(cause: string): string {
  const known = knownCause.safeParse(tryParseJson(cause)).data;
  if (known?.ExecutionArn !== undefined && known.Error !== undefined) return errorReason(known);
  const end = known?.SecondaryStatusTransitions?.at(-1)?.StatusMessage;
  return known?.errorMessage ?? known?.FailureReason ?? end ?? cause;
}

const knownCause = z.object({
  /** Of a Lambda function. */
  errorMessage: z.optional(z.string()),
  /** Of a SageMaker job. */
  FailureReason: z.optional(z.string()),
  /** Of a training job: one that was stopped, by its limits too, tells why there. */
  SecondaryStatusTransitions: z.optional(z.array(z.object({ StatusMessage: z.optional(z.string()) }))),
  /** Of another workflow, which has an error and a cause of its own. */
  ExecutionArn: z.optional(z.string()),
  Error: z.optional(z.string()),
  Cause: z.optional(z.string()),
});
