import * as z from 'zod/mini';
import { numberOf } from '../../data/cell';
import { checkDocument } from '../../records/document';
import { answerIn, namedTensor } from './named-tensors';
import { contentOf, type Payload } from './payload';
import { orReject, RejectedRecord } from './rejected-record';

/**
 * The numbers of all rows, however they are laid out: a line each, or one line separated by commas.
 *
 * @param what the payload's name in errors, such as `captured output`
 * @throws RejectedRecord
 */
export function numbersIn(recorded: Payload, what: string): number[] {
  const numbers = answersIn(recorded, what);
  if (!numbers.every(Number.isFinite)) throw notNumbers(what);
  return numbers;
}

/** As {@link numbersIn}; NaN for what is written as NaN, as null or as infinite. */
export function answersIn(recorded: Payload, what: string): number[] {
  const content = contentOf(recorded, what);
  switch (content.form) {
    case 'csv':
      return content.rows.flat().map((cell) => csvNumber(cell, what));
    case 'npy':
      return content.array.values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
    default:
      return content.values.flatMap((value) => jsonNumbers(value, what));
  }
}

function csvNumber(cell: string | number, what: string): number {
  const number = numberOf(cell);
  if (Number.isFinite(number)) return number;
  if (!NO_NUMBER.test(String(cell))) throw notNumbers(what);
  return Number.NaN;
}

/**
 * As Python, NumPy and JavaScript write NaN and infinite numbers; and numbers that are beyond the greatest
 * double.
 */
const NO_NUMBER = /^\s*[+-]?(nan|null|inf|infinity|[\d.]+e\+?\d+)\s*$/i;

function notNumbers(what: string): RejectedRecord {
  return new RejectedRecord('notNumbers', `${what} has a value that is not a number`);
}

function jsonNumbers(value: unknown, what: string): number[] {
  const output = orReject('form', () => checkDocument(jsonOutput, value, what));
  if (typeof output === 'number') return [output];
  if ('score' in output) return [output.score];
  if ('outputs' in output) {
    return answerIn(output.outputs).map((element) => orReject('notNumbers', () => answer.parse(element)));
  }
  const list = Array.isArray(output) ? output : output.predictions;
  return list.flatMap((item) => (typeof item === 'object' && 'score' in item ? [item.score] : item));
}

const answer = z.pipe(
  z.union([z.number(), z.literal([Infinity, -Infinity]), z.null()]),
  z.transform((value) => (value !== null && Number.isFinite(value) ? value : Number.NaN)),
);
const outputs = z.array(z.union([answer, z.array(answer), z.object({ score: answer })]));
const jsonOutput = z.union([
  answer,
  outputs,
  z.object({ predictions: outputs }),
  z.object({ score: answer }),
  z.object({ outputs: z.array(namedTensor) }),
]);
