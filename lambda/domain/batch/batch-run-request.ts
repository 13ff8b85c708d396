import * as z from 'zod/mini';
import type { BatchRunRequest } from '../../../contracts/functions/batch';

/**
 * Schema of a request about a run. Its name is part of keys and, with a suffix, of names of jobs: as names of
 * executions are.
 */
export const batchRunRequest: z.ZodMiniType<BatchRunRequest> = z.object({
  run: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/)),
});
