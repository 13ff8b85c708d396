import * as z from 'zod/mini';
import { distances } from './distances';
import { driftChange } from './drift-change';
import { driftReference } from './drift-comparison';
import { driftEffect } from './feature-policy';
import { finding } from './findings/finding';
import { REJECTIONS, type Rejection } from './payload/rejected-record';

const rejection = z.enum(Object.keys(REJECTIONS) as Rejection[]);
const status = z.enum(['drift', 'stable', 'insufficient-rows']);

/** How a window of traffic compares with a reference, feature by feature. */
const report = z.object({
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
        /** Of a feature with a policy of its own. */
        effect: z.optional(driftEffect),
        pValue: z.optional(z.number()),
        adjustedPValue: z.optional(z.number()),
        /**
         * Of a feature whose distribution has drifted: what has changed most. An earlier version did not say.
         */
        change: z.optional(driftChange),
        /**
         * Of a feature that has drifted: end of the first of the windows, one for each hour until this one,
         * in which it had. An earlier version did not say.
         */
        since: z.optional(z.string()),
      }),
    ),
  ),
  /** What is wrong with the values of features. An earlier version did not look for it. */
  findings: z.optional(z.readonly(z.array(finding))),
});

const comparison = z.object({
  /** The hours that are compared: ISO 8601, of the first one. They end with the document's hour. */
  from: z.string(),
  /** Hours of the window as it is set up; it is longer if they had too few rows. */
  windowHours: z.int(),
  reference: z.object({
    settings: driftReference,
    rows: z.int(),
    /** How many times the same hours have been part of it so far. */
    times: z.optional(z.int()),
    /** How many times they are left out, because they had drifted. */
    leftOut: z.optional(z.int()),
  }),
  /** Why there is no verdict, in words. */
  pending: z.optional(z.string()),
  /** False alarms a year that are expected at most because of this comparison. */
  falseAlarmsPerYear: z.optional(z.number()),
  /** Probability of any false alarm among all features in an hour: compare `adjustedPValue` with it. */
  alpha: z.optional(z.number()),
  minimumDistance: z.optional(z.number()),
  report,
});

const common = {
  modelVersion: z.string(),
  variant: z.string(),
  /** ISO 8601: the end of the hour. */
  until: z.string(),
  /** Records of the last hour that could not be read. */
  unreadable: z.int(),
  firstProblem: z.optional(z.string()),
  /** How many they are by the reason. An earlier version did not say. */
  rejections: z.optional(z.partialRecord(rejection, z.int())),
  /** Key of the first of them. */
  rejectedRecords: z.optional(z.string()),
  /** Features of this version that were not tested. */
  ignoredFeatures: z.readonly(z.array(z.string())),
};

const current = z.object({
  version: z.literal(2),
  ...common,
  /** `drift` if any comparison found drift, else `insufficient-rows` if none has a verdict, else `stable`. */
  status,
  /** Names of the features that drifted in any comparison, the farthest first. */
  drifted: z.readonly(z.array(z.string())),
  /** Without a verdict: ISO 8601, the beginning of the first of the hours, one after another, without one. */
  noVerdictSince: z.optional(z.string()),
  /** Requests of the last hour that were answered although nothing was recorded, if there were. */
  unrecordedRequests: z.optional(z.number()),
  comparisons: z.readonly(z.array(comparison)),
});

/** As versions before 0.2 wrote it: one comparison, with the training data. */
const first = z.object({
  version: z.literal(1),
  ...common,
  from: z.string(),
  pending: z.optional(z.string()),
  report,
});

/** Schema of `drift.json`: how the traffic until the end of an hour compares with each reference. */
export const driftDocument: z.ZodMiniType<DriftDocument> = z.pipe(
  z.discriminatedUnion('version', [current, first]),
  z.transform((document): DriftDocument => (document.version === 2 ? document : upgrade(document))),
);

export type DriftDocument = z.infer<typeof current>;

/** One of the comparisons of a document. */
export type DriftComparisonReport = DriftDocument['comparisons'][number];

/** A feature as a comparison reports it. */
export type DriftedFeature = DriftComparisonReport['report']['features'][number];

/** Whether a comparison says drift or not, instead of why it cannot tell. */
export function hasVerdict({
  pending,
  report,
}: {
  readonly pending?: string | undefined;
  readonly report: { readonly status: string };
}): boolean {
  return pending === undefined && report.status !== 'insufficient-rows';
}

/** Whether a comparison of so many hours, or fewer, found drift. */
export function hadDrifted({ until, comparisons }: DriftDocument, hours: number): boolean {
  return comparisons.some((one) => {
    const compared = Math.round((Date.parse(until) - Date.parse(one.from)) / HOUR);
    return hasVerdict(one) && one.report.status === 'drift' && compared <= hours;
  });
}

const HOUR = 3_600_000;

function upgrade({ version: _, from, pending, report, ...document }: z.infer<typeof first>): DriftDocument {
  const windowHours = Math.round((Date.parse(document.until) - Date.parse(from)) / HOUR);
  const reference = { settings: { is: 'trainingData' as const }, rows: 0 };
  const only = { from, windowHours, reference, ...(pending !== undefined && { pending }), report };
  const isVerdict = hasVerdict(only);
  return {
    ...document,
    version: 2,
    status: isVerdict ? report.status : 'insufficient-rows',
    drifted: isVerdict ? report.drifted : [],
    comparisons: [only],
  };
}
