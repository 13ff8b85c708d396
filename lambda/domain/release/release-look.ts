import * as z from 'zod/mini';

/** What an evaluation of a release showed, as it is kept in the bucket. */
export type ReleaseLook = z.infer<typeof releaseLook>;

export const lookVerdict = z.enum(['promote', 'hold', 'rollback', 'inconclusive']);

const labelled = z.object({
  /** Wrong answers: of an answer to several rows, the share that was wrong. */
  events: z.number(),
  /** Answers with a label. */
  requests: z.int(),
});

export const releaseLook = z.object({
  version: z.literal(1),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
  /** The step's index, from 0. */
  step: z.int(),
  /** The challenger's share of the traffic. */
  trafficShare: z.number(),
  /** Whether the challenger had all traffic. */
  baking: z.boolean(),
  verdict: lookVerdict,
  /** One for each rule. */
  reasons: z.array(z.object({ rule: z.string(), verdict: lookVerdict, message: z.string() })),
  /**
   * Answers of both since the challenger had traffic; `effect` is the distance between their distributions.
   */
  predictions: z.optional(
    z.object({
      /** Between the bars: counts have one entry more. */
      edges: z.array(z.number()),
      champion: z.array(z.number()),
      challenger: z.array(z.number()),
      effect: z.number(),
      interval: z.array(z.number()),
    }),
  ),
  /**
   * Answers of both in the same minutes whose labels have arrived; of numbers wrong means farther off than
   * the limit.
   */
  quality: z.optional(z.object({ limit: z.optional(z.number()), champion: labelled, challenger: labelled })),
});
