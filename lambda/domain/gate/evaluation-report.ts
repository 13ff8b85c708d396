import * as z from 'zod/mini';
import { parseDocument } from '../records/document';

/** How a version was judged, with its curves: the document that the page draws. */
export type EvaluationReport = z.infer<typeof evaluationReport>;
/** One metric of both versions. */
export type MetricRow = z.infer<typeof metricRow>;
/** The primary metric of both versions on some of the rows. */
export type SliceRow = z.infer<typeof sliceRow>;
/** What can be drawn of one version alone. */
export type ModelCurves = z.infer<typeof modelCurves>;

/**
 * Reads a report. Fields of later versions are ignored.
 *
 * @throws Error if the text is not JSON or does not match the schema, naming each place at fault
 */
export function parseEvaluationReport(text: string): EvaluationReport {
  return parseDocument(evaluationReport, text, 'report of an evaluation');
}

const interval = z.readonly(z.tuple([z.number(), z.number()]));
const points = z.readonly(z.array(z.readonly(z.tuple([z.number(), z.number()]))));

/** How much better the challenger is: positive if it is better, whichever way the metric points. */
const lead = { lead: z.number(), interval };

const metricRow = z.object({
  name: z.string(),
  title: z.string(),
  higherIsBetter: z.boolean(),
  challenger: z.number(),
  /** Absent without a champion. `interval` is that of the lead, at 95 %. */
  against: z.optional(z.object({ champion: z.number(), ...lead })),
});

const sliceRow = z.object({
  /** Such as `region = north`. */
  name: z.string(),
  rows: z.int(),
  ...lead,
});

const modelCurves = z.object({
  roc: points,
  precisionRecall: points,
  /** Absent if the scores are no probabilities. */
  calibration: z.optional(
    z.readonly(z.array(z.object({ predicted: z.number(), observed: z.number(), interval, rows: z.int() }))),
  ),
});

const name = z.string().check(z.minLength(1));
const counts = z.readonly(z.array(z.int()));

const evaluationReport = z.object({
  version: z.literal(1),
  pipeline: z.string(),
  /** The version that was judged, or what the gate was told that it is. */
  modelVersion: name,
  /** What it was compared with, null if nothing was in production. */
  champion: z.nullable(name),
  dataVersion: z.string(),
  /** Rows of the holdout. */
  rows: z.int(),
  /** What to bear in mind of the rows. */
  warning: z.optional(z.string()),
  verdict: z.string(),
  /** What decided. */
  deciding: z.readonly(z.array(z.string())),
  /** What every rule said. */
  reasons: z.readonly(z.array(z.object({ rule: z.string(), passed: z.boolean(), message: z.string() }))),
  metrics: z.readonly(z.array(metricRow)),
  /** Lead by slice, and which metric it is of; absent if no slices are evaluated. */
  slices: z.optional(z.object({ metric: z.string(), rows: z.readonly(z.array(sliceRow)) })),
  /** For labels 0 and 1. */
  curves: z.optional(z.object({ challenger: modelCurves, champion: z.optional(modelCurves) })),
  /**
   * For numbers, if there is a champion: counts of predicted minus true values between `edges`, one more than
   * those.
   */
  residuals: z.optional(
    z.object({ edges: z.readonly(z.array(z.number())), champion: counts, challenger: counts }),
  ),
});
