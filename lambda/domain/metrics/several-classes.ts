import type { Column } from '../statistics/column';

/** @throws Error if the label is not the number of a class */
export function categoryAt(labels: Column, row: number, classes: number): number {
  const label = labels[row] as number;
  if (!Number.isInteger(label) || label < 0 || label >= classes) {
    throw new Error(`label ${label} in row ${row} is not a whole number from 0 to ${classes - 1}`);
  }
  return label;
}

/** The class with the highest score in a row, the first of them if there are several. */
export function mostLikely(scores: Column, row: number, classes: number): number {
  const start = row * classes;
  let best = 0;
  for (let one = 1; one < classes; one++) {
    if ((scores[start + one] as number) > (scores[start + best] as number)) best = one;
  }
  return best;
}

/** Of a row that is significantly of one class. */
export function certainly(one: number, classes: number): number[] {
  return Array.from({ length: classes }, (_, index) => Number(index === one));
}

/** Scores that know the class of each row. */
export function labelsAsScores(labels: Column, classes: number): number[] {
  return Array.from(labels).flatMap((label) => certainly(label, classes));
}
