import * as z from 'zod/mini';
import type { Problem } from '../../../contracts/problem';

/** Schema of {@link Problem}. */
export const problemSettings = z.discriminatedUnion('type', [
  z.object({ type: z.literal('binary') }),
  z.object({ type: z.literal('multiClass'), classes: z.int().check(z.gte(3)) }),
  z.object({ type: z.literal('regression') }),
]);

/** How many classes labels have; undefined for numbers. */
export function classesOf(problem: Problem): number | undefined {
  switch (problem.type) {
    case 'binary':
      return 2;
    case 'multiClass':
      return problem.classes;
    case 'regression':
      return undefined;
  }
}

/** Whether a value can be a label. */
export function isLabel(problem: Problem, value: number): boolean {
  const classes = classesOf(problem);
  if (classes === undefined) return Number.isFinite(value);
  return Number.isInteger(value) && value >= 0 && value < classes;
}

/** What a value is that is no label, in a sentence: `neither 0 nor 1`. */
export function noLabelInWords(problem: Problem): string {
  switch (problem.type) {
    case 'binary':
      return 'neither 0 nor 1';
    case 'multiClass':
      return `not a whole number from 0 to ${problem.classes - 1}`;
    case 'regression':
      return 'not a finite number';
  }
}
