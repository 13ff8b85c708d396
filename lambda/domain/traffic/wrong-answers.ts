import * as z from 'zod/mini';
import type { Problem } from '../../../contracts/problem';

/**
 * How wrong answers are determined by their labels: the fields of documents that hold what was counted by it.
 */
export const wrongStandard = {
  /**
   * `classes`: the answer is wrong if it is another class, of two on the other side of 0.5. `numbers`: it is
   * if it is too far off.
   */
  kind: z.enum(['classes', 'numbers']),
  /** Of numbers: what is too far off. */
  limit: z.optional(z.number()),
  /**
   * Of numbers: how far off the champion's first answers were, until there are enough to choose the limit.
   */
  firstErrors: z.array(z.number()),
};

const standardDocument = z.object(wrongStandard);

export type WrongStandard = z.infer<typeof standardDocument>;

export interface Answered {
  readonly prediction: number;
  readonly label: number;
}

export interface WrongJudgement {
  readonly standard: WrongStandard;
  /**
   * Undefined while these answers are needed to choose the limit: one that moved with what is compared would
   * void the test.
   */
  readonly isWrong?: (answer: Answered) => boolean;
}

/** A limit that is the median of so many errors lies between their 40th and 60th percentile. */
const ERRORS_FOR_LIMIT = 100;

/**
 * The standard for the answers whose labels have arrived.
 *
 * @param ofChampion its answers among them
 * @param before undefined at first
 */
export function judgeAnswers(
  { type }: Problem,
  ofChampion: readonly Answered[],
  before: WrongStandard | undefined,
): WrongJudgement {
  if (type !== 'regression') {
    return {
      standard: { kind: 'classes', firstErrors: [] },
      isWrong: ({ label, prediction }) =>
        type === 'binary' ? prediction >= 0.5 !== (label === 1) : prediction !== label,
    };
  }
  const { limit, firstErrors: known = [] } = before ?? {};
  if (limit !== undefined) {
    return {
      standard: { kind: 'numbers', limit, firstErrors: [] },
      isWrong: (answer) => errorOf(answer) > limit,
    };
  }
  const firstErrors = [...known, ...ofChampion.map(errorOf)].sort((a, b) => a - b);
  if (firstErrors.length < ERRORS_FOR_LIMIT) return { standard: { kind: 'numbers', firstErrors } };
  const median = firstErrors[Math.floor(firstErrors.length / 2)] as number;
  return { standard: { kind: 'numbers', limit: median, firstErrors: [] } };
}

function errorOf({ label, prediction }: Answered): number {
  return Math.abs(prediction - label);
}
