import * as z from 'zod/mini';
import { namedRecord } from '../records/named-record';
import type { DatasetProfile, NumericProfile } from './profile';
import type { RelativeImportance } from './relative-importance';
import type { ModelInput } from './tensor-summary';

const count = z.int().check(z.gte(0));
/** Schema of counts of a number in bins. */
export const numericProfile = z.object({
  kind: z.literal('numeric'),
  edges: z.array(z.number()),
  counts: z.array(count),
  missing: count,
});
const categoricalProfile = z.object({
  kind: z.literal('categorical'),
  categories: z.array(z.string()),
  counts: z.array(count),
  other: count,
  otherBuckets: z.optional(z.record(z.string(), count)),
  missing: count,
  text: z.optional(
    z.object({
      characters: numericProfile,
      words: numericProfile,
      newWords: numericProfile,
      vocabulary: z.optional(z.string()),
    }),
  ),
});

/** The profile of a version's training data. */
export interface Baseline extends DatasetProfile {
  /** Share of rows with label 1, of two classes; versions of earlier days do not tell it. */
  readonly labelRate?: number;
  /** How much the version depends on its features, if its training script says so. */
  readonly importance?: RelativeImportance;
  /** Inputs of a model that takes tensors, which features summarise; undefined if features are columns. */
  readonly inputs?: readonly ModelInput[] | undefined;
  /** Labels that are numbers. */
  readonly label?: { readonly name: string; readonly profile: NumericProfile };
}

/** Schema of `baseline.json`. */
export const baselineSchema: z.ZodMiniType<Baseline> = z.object({
  rows: count,
  labelRate: z.optional(z.number()),
  label: z.optional(z.object({ name: z.string(), profile: numericProfile })),
  importance: z.optional(namedRecord(z.number().check(z.gte(0), z.lte(1)))),
  inputs: z.optional(z.array(z.object({ name: z.string(), rank: count }))),
  features: namedRecord(z.discriminatedUnion('kind', [numericProfile, categoricalProfile])),
  prediction: z.optional(numericProfile),
  certainty: z.optional(z.object({ confidence: numericProfile, entropy: numericProfile })),
});
