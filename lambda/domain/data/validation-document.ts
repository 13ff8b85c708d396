import * as z from 'zod/mini';
import { dataSchema } from './data-schema';

/**
 * What later states of a retraining read of a validation: part of the content of
 * `datasets/<data-version>/validation.json`.
 */
export const validationDocument = z.object({
  version: z.literal(1),
  /** Features that are categories; the others are numbers. */
  categories: z.array(z.string()),
  /** What was checked; documents of earlier versions do not tell it. */
  schema: z.optional(dataSchema),
});
