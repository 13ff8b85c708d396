import * as z from 'zod/mini';

/** A request that the owner of the pipeline wants every version to answer. */
export type GivenRequest = z.infer<typeof givenRequest>;

const givenRequest = z.object({
  contentType: z.enum(['text/csv', 'application/json']),
  body: z.string(),
  /** The numbers of all its rows. */
  expectedAnswer: z.optional(z.array(z.number())),
  /** How far from those the answer may be. */
  tolerance: z.number(),
  maximumLatencyMillis: z.optional(z.number()),
});

export const givenRequests = z.array(givenRequest);
