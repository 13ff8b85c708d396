import * as z from 'zod/mini';
import type { DriftComparisonSettings, DriftReferenceSettings } from '../../../contracts/drift-comparison';

/** Schema of {@link DriftReferenceSettings}. */
export const driftReference: z.ZodMiniType<DriftReferenceSettings> = z.discriminatedUnion('is', [
  z.object({ is: z.literal('trainingData') }),
  z.object({ is: z.literal('sameHours'), everyHours: z.int(), times: z.int() }),
  z.object({ is: z.literal('previousWindow') }),
  z.object({ is: z.literal('period'), from: z.string(), to: z.string() }),
]);

/** Schema of {@link DriftComparisonSettings}. */
export const driftComparison: z.ZodMiniType<DriftComparisonSettings> = z.object({
  window: z.object({ hours: z.int().check(z.gte(1)), maximumHours: z.int() }),
  reference: driftReference,
  minimumDistance: z.optional(z.number()),
});
