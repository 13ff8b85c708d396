import * as z from 'zod/mini';

/** The release in progress, or the latest one. */
export type Claimant = z.infer<typeof claimant>;

/** Schema of what tells it in the bucket. */
export const claimant = z.object({
  releaseId: z.string(),
  /** ARN of the workflow's execution. */
  execution: z.string(),
});
