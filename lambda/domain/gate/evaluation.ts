import * as z from 'zod/mini';
import { checkDocument, modelVersionText, parseDocument } from '../records/document';

/** How a challenger was judged: the content of `evaluation.json` of a model version. */
export type Evaluation = z.infer<typeof evaluation>;
/** The numbers of a judgement. */
export type EvaluationMetrics = z.infer<typeof evaluationMetrics>;

/**
 * Reads an evaluation.
 *
 * @throws Error if the text is not JSON or a field is missing or wrong
 */
export function parseEvaluation(text: string): Evaluation {
  return parseDocument(evaluation, text, 'evaluation');
}

/** Writes an evaluation as JSON. */
export function formatEvaluation(document: Evaluation): string {
  return JSON.stringify(checkDocument(evaluation, document, 'evaluation'));
}

/** By name. */
const modelMetrics = z.record(z.string(), z.number());

/** Schema of {@link EvaluationMetrics} in a document. */
export const evaluationMetrics = z.object({
  /** Name of the metric that decided; AUC in documents from before there were others. */
  primary: z._default(z.string(), 'auc'),
  champion: z.optional(modelMetrics),
  challenger: modelMetrics,
  difference: z.number(),
  interval: z.readonly(z.tuple([z.number(), z.number()])),
  pValue: z.number(),
  alpha: z.optional(z.number()),
});

/** Schema of a verdict in a document. */
export const evaluationVerdict = z.enum(['promote', 'keep', 'needs-person']);

const evaluation = z.object({
  version: z.literal(1),
  modelVersion: modelVersionText,
  /** The version that it was compared with, null if nothing was in production. */
  champion: z.nullable(modelVersionText),
  dataVersion: z.string(),
  /** Rows of the holdout. */
  rows: z.int(),
  verdict: evaluationVerdict,
  /** Null if the evidence allowed no comparison. */
  metrics: z.nullable(evaluationMetrics),
  /** The challenger's metrics by slice, such as `region = north`, if the gate judges slices. */
  slices: z.optional(
    z.readonly(z.array(z.object({ name: z.string(), rows: z.int(), metrics: modelMetrics }))),
  ),
  reasons: z.readonly(
    z.array(
      z.object({
        rule: z.string(),
        passed: z.boolean(),
        undecided: z.optional(z.boolean()),
        message: z.string(),
        numbers: z.record(z.string(), z.number()),
      }),
    ),
  ),
});
