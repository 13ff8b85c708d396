import * as z from 'zod/mini';
import type { ModelSignature } from '../../../contracts/model-signature';
import { parseDocument } from '../records/document';

/** Schema of `model-signature.json`. */
export const modelSignature: z.ZodMiniType<ModelSignature> = z.object({
  version: z.literal(1),
  inputs: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['number', 'integer', 'boolean', 'category', 'text', 'date', 'tensor']),
      optional: z.boolean(),
      range: z.optional(z.object({ minimum: z.number(), maximum: z.number() })),
      categories: z.optional(z.array(z.string())),
      shape: z.optional(z.array(z.int())),
    }),
  ),
  outputs: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['probability', 'probabilities', 'number', 'numbers']),
      classes: z.optional(z.array(z.union([z.string(), z.number()]))),
    }),
  ),
});

/**
 * Reads a signature.
 *
 * @throws Error if the text is not JSON or a field is missing or wrong
 */
export function parseModelSignature(text: string): ModelSignature {
  return parseDocument(modelSignature, text, "model's signature");
}
