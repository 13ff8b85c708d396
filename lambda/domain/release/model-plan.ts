import * as z from 'zod/mini';
import { checkDocument, modelVersionText, parseDocument } from '../records/document';
import { lineageSchema } from '../records/lineage';

/**
 * What a version is going to be: the content of `models/<model-version>/plan.json`, which also claims the
 * number.
 */
export type ModelPlan = z.infer<typeof modelPlan>;

/**
 * Reads a plan.
 *
 * @throws Error if the text is not JSON or a field is missing or wrong
 */
export function parseModelPlan(text: string): ModelPlan {
  return parseDocument(modelPlan, text, "model version's plan");
}

/** Writes a plan as JSON. */
export function formatModelPlan(plan: ModelPlan): string {
  return JSON.stringify(checkDocument(modelPlan, plan, "model version's plan"));
}

const modelPlan = z.object({
  version: z.literal(1),
  modelVersion: modelVersionText,
  /** The version registered before it. */
  parentVersion: z.nullable(modelVersionText),
  label: z.string(),
  /** Features, in the order in which the model takes them. */
  columns: z.array(z.string()),
  hyperparameters: z.record(z.string(), z.string()),
  lineage: lineageSchema,
});
