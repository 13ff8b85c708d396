import type { SmokeTestResult } from '../../contracts/functions/release';
import type { Asked, Question } from './asked';
import { type Judgement, judgeAnswer } from './judge-answer';

export interface SampleProps {
  /** CSV rows, without a header. */
  readonly samples: readonly string[];
  /** Scores of the same rows when the version was evaluated; fewer, or none, if there are none. */
  readonly expected: readonly (readonly number[])[];
}

/** Sends each row by itself: the answers must be finite numbers, and as in the version's evaluation. */
export async function askSamples(asked: Asked, { samples, expected }: SampleProps): Promise<SmokeTestResult> {
  if (samples.length === 0) return failed([`there are no samples to send to ${asked.name}`]);
  const problems: string[] = [];
  const differences: string[] = [];
  for (const [index, sample] of samples.entries()) {
    const found = await askSample(asked, sample, expected[index]);
    if (found.problem) problems.push(`sample ${index + 1}: ${found.problem}`);
    if (found.difference) differences.push(`sample ${index + 1}: ${found.difference}`);
  }
  if (problems.length === samples.length && (await answersTogether(asked, samples)))
    problems.unshift(`${asked.name} ${NO_SINGLE_ROW}`);
  const compared = samples.filter((_, index) => expected[index] !== undefined).length;
  if (differences.length > asked.precision.exceptions * compared) problems.push(...differences);
  if (problems.length > 0) return failed(problems.slice(0, MOST_REASONS));
  const summary = `${asked.name} answered ${samples.length} samples, ${compared} of them compared with the evaluation`;
  return { passed: true, reasons: [summary] };
}

/** Rows of CSV as a request. */
export function questionOf(body: string): Question {
  return { contentType: 'text/csv', body };
}

/** More would only fill the record. */
export const MOST_REASONS = 5;

async function askSample(
  asked: Asked,
  sample: string,
  expected: readonly number[] | undefined,
): Promise<Judgement> {
  let answer: readonly number[];
  try {
    answer = await asked.ask(questionOf(sample));
  } catch (error) {
    return { problem: errorText(error as Error) };
  }
  return judgeAnswer(answer, expected, asked.precision.tolerance);
}

/** Whether a request of all rows is answered, by as many numbers for each. */
async function answersTogether(asked: Asked, samples: readonly string[]): Promise<boolean> {
  if (samples.length < 2) return false;
  const body = samples.map((sample) => `${sample}\n`).join('');
  return asked.ask(questionOf(body)).then(
    (answer) => answer.length > 0 && answer.length % samples.length === 0,
    () => false,
  );
}

// `csv_to_numpy` of sagemaker-containers 2.8.6.post2 squeezes the array, and scikit-learn refuses one
// dimension.
const NO_SINGLE_ROW =
  "answers several rows in one request, but no single row: the default input_fn of AWS's scikit-learn image makes a single CSV row one-dimensional, so define an input_fn that returns two dimensions";

/**
 * The text of an error, with its name if it has one of its own. Of an HTML page, with which a model's server
 * answers, its words.
 */
export function errorText({ name, message }: Error): string {
  const text = /<!doctype html>/i.test(message)
    ? message.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
    : message;
  return name === 'Error' ? text : `${name}: ${text}`;
}

function failed(reasons: readonly string[]): SmokeTestResult {
  return { passed: false, reasons };
}
