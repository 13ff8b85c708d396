import type { Asked } from './asked';
import { type Judgement, judgeAnswer } from './judge-answer';

export interface SampleProps {
  /** CSV rows, without a header. */
  readonly samples: readonly string[];
  /** Scores of the same rows when the version was evaluated; fewer, or none, if there are none. */
  readonly expected: readonly (readonly number[])[];
}

export interface SmokeTestResult {
  readonly passed: boolean;
  /** What went wrong, or what was found right. */
  readonly reasons: readonly string[];
}

/** Asks with each row by itself: the answers must be finite numbers, and as in the version's evaluation. */
export async function askSamples(asked: Asked, { samples, expected }: SampleProps): Promise<SmokeTestResult> {
  if (samples.length === 0) return failed([`there are no samples to ask ${asked.name} with`]);
  const problems: string[] = [];
  const differences: string[] = [];
  for (const [index, sample] of samples.entries()) {
    const found = await askSample(asked, sample, expected[index]);
    if (found.problem) problems.push(`sample ${index + 1}: ${found.problem}`);
    if (found.difference) differences.push(`sample ${index + 1}: ${found.difference}`);
  }
  const compared = samples.filter((_, index) => expected[index] !== undefined).length;
  if (differences.length > asked.precision.exceptions * compared) problems.push(...differences);
  if (problems.length > 0) return failed(problems.slice(0, MOST_REASONS));
  const summary = `${asked.name} answered ${samples.length} samples, ${compared} of them compared with the evaluation`;
  return { passed: true, reasons: [summary] };
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
    answer = await asked.ask({ contentType: 'text/csv', body: sample });
  } catch (error) {
    return { problem: errorText(error as Error) };
  }
  return judgeAnswer(answer, expected, asked.precision.tolerance);
}

/** An error that has no name of its own is told by its message. */
export function errorText({ name, message }: Error): string {
  return name === 'Error' ? message : `${name}: ${message}`;
}

function failed(reasons: readonly string[]): SmokeTestResult {
  return { passed: false, reasons };
}
