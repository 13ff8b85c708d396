import * as z from 'zod/mini';

const interval = z.readonly(z.tuple([z.number(), z.number()]));

const comparison = z.object({
  /** Its name, such as `logLoss`. */
  metric: z.string(),
  holdout: z.number(),
  production: z.number(),
  /** How much worse it is in production: negative if it is better. */
  drop: z.number(),
  /** One-sided: of such a drop, or a greater one, if the true drop is the tolerance. */
  pValue: z.number(),
  hasFallen: z.boolean(),
  /**
   * If it has: end of the first of the windows, one for each hour until this one, in which it had. An earlier
   * version did not say.
   */
  since: z.optional(z.string()),
});

const figure = z.object({ metric: z.string(), value: z.number(), interval: z.optional(interval) });

const slice = z.object({
  /** Such as `region = north`. */
  name: z.string(),
  /** Rows with a label. */
  labels: z.int(),
  /** Name of the metric. An earlier version did not say. */
  metric: z.optional(z.string()),
  /** Undefined if the rows do not allow the metric. */
  value: z.optional(z.number()),
  interval: z.optional(interval),
  /** Undefined if the evaluation has no such slice. */
  comparison: z.optional(comparison),
});

/** The content of `quality.json`: what labels say of a version in a window of its traffic. */
export const qualityDocument = z.object({
  version: z.literal(1),
  /** ISO 8601: the answers and labels that count. */
  from: z.string(),
  until: z.string(),
  /** Undefined if no model serves. */
  modelVersion: z.optional(z.string()),
  /** The variant that holds it. An earlier version did not say. */
  variant: z.optional(z.string()),
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
      /** Recorded requests that were checked: all, or a sample of them by their ids. */
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
  figures: z.optional(z.readonly(z.array(figure))),
  /** Undefined with too few labels, or without an evaluation to compare with. */
  comparison: z.optional(comparison),
  /** The metric of the alarm by the values of columns, the largest slices first. */
  slices: z.optional(z.readonly(z.array(slice))),
  /**
   * While a release shifts traffic: the champion and then the challenger, which answered at the same time,
   * since the challenger has had requests.
   */
  versions: z.optional(
    z.readonly(
      z.array(
        z.object({
          modelVersion: z.string(),
          variant: z.string(),
          from: z.string(),
          /** Rows with an answer and a label. */
          labels: z.int(),
          figures: z.readonly(z.array(figure)),
          slices: z.optional(z.readonly(z.array(z.omit(slice, { comparison: true })))),
        }),
      ),
    ),
  ),
  /** Columns to slice by that requests do not have. */
  unknownColumns: z.optional(z.readonly(z.array(z.string()))),
  /** Whether answers are wrong more often than before; undefined with too few labels. */
  conceptDrift: z.optional(
    z.object({
      detector: z.enum(['adwin', 'ddm', 'pageHinkley']),
      /** Labeled requests, in the order of their answers. */
      requests: z.int(),
      hasDrifted: z.boolean(),
      /** ISO 8601: answer of the first request after the change. */
      since: z.optional(z.string()),
      /** Shares of wrong answers. */
      before: z.optional(z.number()),
      after: z.optional(z.number()),
    }),
  ),
  /** What the answers themselves say, without labels. */
  estimated: z.optional(
    z.object({
      /** Rows of all recorded requests, labeled or not. */
      rows: z.int(),
      accuracy: z.number(),
      auc: z.optional(z.number()),
    }),
  ),
  /** Gaps between the groups of a column. */
  fairness: z.optional(
    z.readonly(
      z.array(
        z.object({
          column: z.string(),
          gaps: z.readonly(
            z.array(
              z.object({
                /** `selectionRate`, `truePositiveRate`, or the metric of the alarm. */
                measure: z.string(),
                /** Between the groups in which it is highest and lowest. */
                gap: z.number(),
                interval,
                high: z.string(),
                low: z.string(),
                /** Of each group with rows enough. */
                groups: z.readonly(z.array(z.object({ name: z.string(), rows: z.int(), value: z.number() }))),
              }),
            ),
          ),
        }),
      ),
    ),
  ),
});

export type QualityDocument = z.infer<typeof qualityDocument>;
