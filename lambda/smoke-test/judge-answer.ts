import { numberOf } from '../domain/cell';
import { parseCsv } from '../domain/csv';

/**
 * What is wrong with the answer to one row, undefined if nothing is.
 *
 * @param body CSV, one number
 * @param expected score of the same row when the version was evaluated, if there is one
 */
export function judgeAnswer(body: string, expected: number | undefined): string | undefined {
  let cells: string[];
  try {
    cells = parseCsv(body).flat();
  } catch {
    cells = [];
  }
  const value = numberOf(cells[0]);
  if (cells.length !== 1 || !Number.isFinite(value)) {
    return `the answer should be one number, but is '${body.trim().slice(0, 80)}'`;
  }
  // Written so that a score which is no number agrees with nothing.
  if (expected !== undefined && !(Math.abs(value - expected) <= TOLERANCE)) {
    return `the answer is ${value}, but the evaluation of this version had ${expected} for the same row`;
  }
  return undefined;
}

/** Room for another processor's last digits. */
const TOLERANCE = 1e-6;
