import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { BatchRunInput, BatchRunRequest, PlanBatchRequest } from '../../../contracts/functions/batch';

/** Part of keys: as names of executions are. */
const run = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/));

/** Schema of a request about a run. */
export const batchRunRequest: z.ZodMiniType<BatchRunRequest> = z.object({ run });

/** Schema of the input of an execution, which may have anything else. */
export const batchRunInput: z.ZodMiniType<BatchRunInput> = z.object({
  run: z.optional(run),
  file: z.optional(z.object({ key: z.string(), versionId: z.string() })),
  time: z.optional(z.iso.datetime()),
});

/** Schema of a request to plan a run. */
export const planBatchRequest: z.ZodMiniType<PlanBatchRequest> = z.object({
  input: batchRunInput,
  execution: z.string(),
  dryRun: z.optional(z.boolean()),
});

/**
 * Name of the run that an execution is of. An event that is delivered twice is of one run: that of a schedule
 * by the time when it was due, that of a file by the file.
 */
export function runNameOf(input: BatchRunInput, execution: string): string {
  if (input.run !== undefined) return input.run;
  if (input.file) {
    const { key, versionId } = input.file;
    return `file-${createHash('sha256')
      .update(JSON.stringify([key, versionId]))
      .digest('hex')
      .slice(0, 16)}`;
  }
  return input.time === undefined ? execution : input.time.replaceAll(':', '-');
}
