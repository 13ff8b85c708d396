import * as z from 'zod/mini';

/** Shares of the training data and of the window, from 0 to 1. */
const shares = { before: z.number(), after: z.number() };

/**
 * What is wrong with the values of a feature, by itself: each kind has a test of its own. Shares of missing
 * values and of categories are of all rows, and all others of the numbers alone.
 */
const content = z.discriminatedUnion('kind', [
  /** More values are missing, or fewer. */
  z.object({ kind: z.literal('missing'), ...shares }),
  /** Categories that the training data do not have. */
  z.object({ kind: z.literal('unseenCategories'), ...shares }),
  /** Numbers beyond the least or the greatest one of the training data. */
  z.object({
    kind: z.literal('outOfRange'),
    side: z.enum(['below', 'above']),
    bound: z.number(),
    ...shares,
  }),
  /** All values are the same, or all numbers as good as the same; the training data had others. */
  z.object({ kind: z.literal('constant'), value: z.union([z.string(), z.number()]), ...shares }),
  /** One number that was rare is frequent, and others occur, too. */
  z.object({ kind: z.literal('stuck'), value: z.number(), ...shares }),
]);

export type FindingContent = z.infer<typeof content>;
export type FindingKind = FindingContent['kind'];

/** A finding as reports have it. */
export const finding = z.intersection(
  z.object({
    feature: z.string(),
    pValue: z.number(),
    /** After Holm's correction for all tests of the comparison; at most the comparison's alpha. */
    adjustedPValue: z.number(),
  }),
  content,
);

export type Finding = z.infer<typeof finding>;

/** What may be a finding: the outcome of its test. */
export interface FindingTest {
  readonly pValue: number;
  /** Undefined if there is nothing that could be one, whatever the p-value. */
  readonly content?: FindingContent;
}
