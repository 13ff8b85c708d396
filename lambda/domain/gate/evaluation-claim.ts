import * as z from 'zod/mini';
import { modelVersionText } from '../records/document';

/** Schema of what tells whom an evaluation on a holdout was of. */
export const evaluationClaim = z.object({
  version: z.literal(1),
  modelVersion: modelVersionText,
  /** Null if nothing was in production. */
  champion: z.nullable(modelVersionText),
});
