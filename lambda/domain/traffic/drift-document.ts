import * as z from 'zod/mini';
import { distances } from './distances';
import { driftChange } from './drift-change';

const status = z.enum(['drift', 'stable', 'insufficient-rows']);

/** The content of `drift.json`: how a window of traffic compares with the training data. */
export const driftDocument = z.object({
  version: z.literal(1),
  modelVersion: z.string(),
  variant: z.string(),
  /** ISO 8601: the hours that are compared with the training data. */
  from: z.string(),
  until: z.string(),
  /** Why there is no verdict, in words. */
  pending: z.optional(z.string()),
  /** Records of the last hour that could not be read. */
  unreadable: z.int(),
  firstProblem: z.optional(z.string()),
  /** Features of this version that were not tested. */
  ignoredFeatures: z.readonly(z.array(z.string())),
  report: z.object({
    /** `drift` if any feature drifted, else `insufficient-rows` if any could not be tested, else `stable`. */
    status,
    /** Names of the drifted features, the farthest first. */
    drifted: z.readonly(z.array(z.string())),
    /** Rows of the window. */
    rows: z.int(),
    /** The features in the baseline's order, then the predictions as `prediction`. */
    features: z.readonly(
      z.array(
        z.object({
          feature: z.string(),
          status,
          /** Rows of the window, missing values included. */
          rows: z.int(),
          test: z.optional(z.enum(['kolmogorov-smirnov', 'chi-squared'])),
          statistic: z.optional(z.number()),
          /** Largest difference of probabilities, from 0 to 1. */
          distance: z.optional(z.number()),
          /** An earlier version did not measure them. */
          distances: z.optional(distances),
          pValue: z.optional(z.number()),
          adjustedPValue: z.optional(z.number()),
          /** Of a feature that has drifted: what has changed most. An earlier version did not say. */
          change: z.optional(driftChange),
          /**
           * Of a feature that has drifted: end of the first of the windows, one for each hour until this one, in
           * which it had. An earlier version did not say.
           */
          since: z.optional(z.string()),
        }),
      ),
    ),
  }),
});

export type DriftDocument = z.infer<typeof driftDocument>;
