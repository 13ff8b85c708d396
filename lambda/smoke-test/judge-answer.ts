/** What is wrong with an answer, or how it differs from the evaluation; nothing if neither. */
export interface Judgement {
  readonly problem?: string;
  readonly difference?: string;
}

/**
 * Judges the answer to one row.
 *
 * @param values one number, or one for each of several classes
 * @param expected scores of the same row when the version was evaluated, if there are any
 * @param tolerance difference of equal numbers
 */
export function judgeAnswer(
  values: readonly number[],
  expected: readonly number[] | undefined,
  tolerance: number,
): Judgement {
  const size = expected?.length ?? Math.max(1, values.length);
  if (values.length !== size || size === 2) {
    const should = expected && size > 1 ? `${size} numbers` : 'one number';
    return { problem: `the answer should be ${should}, but is '${values.join(', ')}'` };
  }
  // Written so that a score which is not a number agrees with nothing.
  if (expected && !values.every((value, i) => Math.abs(value - (expected[i] as number)) <= tolerance)) {
    return {
      difference: `the answer is ${values.join(', ')}, but the evaluation of this version had ${expected.join(', ')} for the same row`,
    };
  }
  return {};
}
