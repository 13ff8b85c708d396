import { numberOf } from '../domain/cell';
import { parseCsv } from '../domain/csv';

/**
 * What is wrong with the answer to one row, undefined if nothing is.
 *
 * @param body CSV: one number, or one for each of several classes
 * @param expected scores of the same row when the version was evaluated, if there are any
 */
export function judgeAnswer(body: string, expected: readonly number[] | undefined): string | undefined {
  let cells: string[];
  try {
    cells = parseCsv(body).flat();
  } catch {
    cells = [];
  }
  const values = cells.map((cell) => numberOf(cell));
  const size = expected?.length ?? Math.max(1, values.length);
  if (values.length !== size || size === 2 || !values.every(Number.isFinite)) {
    const should = expected && size > 1 ? `${size} numbers` : 'one number';
    return `the answer should be ${should}, but is '${body.trim().slice(0, 80)}'`;
  }
  // Written so that a score which is no number agrees with nothing.
  if (expected && !values.every((value, i) => Math.abs(value - (expected[i] as number)) <= TOLERANCE)) {
    return `the answer is ${values.join(', ')}, but the evaluation of this version had ${expected.join(', ')} for the same row`;
  }
  return undefined;
}

/** Room for another processor's last digits. */
const TOLERANCE = 1e-6;
