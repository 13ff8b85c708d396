import * as z from 'zod/mini';
import type { BatchRunRequest, PlanBatchRequest } from '../../../contracts/functions/batch';

/** Part of keys: as names of executions are. */
const run = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/));

/** Schema of a request about a run. */
export const batchRunRequest: z.ZodMiniType<BatchRunRequest> = z.object({ run });

/** Schema of a request to plan a run. */
export const planBatchRequest: z.ZodMiniType<PlanBatchRequest> = z.object({ run, execution: z.string() });
