import * as z from 'zod/mini';

const interval = z.readonly(z.tuple([z.number(), z.number()]));

/** The content of `quality.json`: what labels say of a version in a window of its traffic. */
export const qualityDocument = z.object({
  version: z.literal(1),
  /** ISO 8601: the answers and labels that count. */
  from: z.string(),
  until: z.string(),
  /** Undefined if no model serves. */
  modelVersion: z.optional(z.string()),
  /** Rows with an answer and a label. */
  labels: z.int(),
  /** Rows of equal weight that would say as much; only of labels with weights. */
  effectiveLabels: z.optional(z.number()),
  /**
   * Labels that could not be read, are empty, or have another number of values than their request has rows.
   */
  unusable: z.int(),
  /** Ids of labels of which no request was recorded in the window. */
  unanswered: z.int(),
  firstProblem: z.optional(z.string()),
  /** How many labels are there, and how late. An earlier version did not say. */
  completeness: z.optional(
    z.object({
      /** Recorded requests that were looked at: all, or a sample of them by their ids. */
      requests: z.int(),
      /** Share of the requests in the sample; 1 if it has all. */
      sampled: z.number(),
      /** Those with a usable label. */
      labelled: z.int(),
      /** Among the requests, from 0 to 1. */
      share: z.number(),
      /** Those with several labels that contradict each other. */
      changed: z.int(),
      /** Time from the answer to the first label, of the requests that have one. */
      delay: z.optional(z.object({ medianSeconds: z.number(), p95Seconds: z.number() })),
    }),
  ),
  /** By name: the metrics that the rows allow. */
  metrics: z.record(z.string(), z.number()),
  /** The same with 95 % confidence intervals, as far as the rows allow one. */
  figures: z.optional(
    z.readonly(z.array(z.object({ metric: z.string(), value: z.number(), interval: z.optional(interval) }))),
  ),
  /** Undefined with too few labels, or without an evaluation to compare with. */
  comparison: z.optional(
    z.object({
      /** Its name, such as `logLoss`. */
      metric: z.string(),
      holdout: z.number(),
      production: z.number(),
      /** How much worse it is in production: negative if it is better. */
      drop: z.number(),
      /** One-sided: of such a drop, or a greater one, if the true drop is the tolerance. */
      pValue: z.number(),
      hasFallen: z.boolean(),
    }),
  ),
});

export type QualityDocument = z.infer<typeof qualityDocument>;
