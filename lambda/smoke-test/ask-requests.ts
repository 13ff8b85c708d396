import type { SmokeTestResult } from '../../contracts/functions/release';
import { rowsIn } from '../domain/traffic/payload/request-rows';
import { errorText, MOST_REASONS } from './ask-samples';
import type { Asked } from './asked';
import type { GivenRequest } from './given-request';

/**
 * Asks with requests of the pipeline's owner: each must be answered, by finite numbers, as many for each row,
 * in time, and as expected.
 *
 * @param stopwatch milliseconds that only go forward
 */
export async function askRequests(
  asked: Asked,
  requests: readonly GivenRequest[],
  stopwatch: () => number,
): Promise<SmokeTestResult> {
  const problems: string[] = [];
  for (const [index, request] of requests.entries()) {
    const problem = await problemWith(asked, request, stopwatch);
    if (problem) problems.push(`request ${index + 1}: ${problem}`);
  }
  if (problems.length > 0) return { passed: false, reasons: problems.slice(0, MOST_REASONS) };
  return { passed: true, reasons: [`${asked.name} answered ${requests.length} requests`] };
}

async function problemWith(
  asked: Asked,
  request: GivenRequest,
  stopwatch: () => number,
): Promise<string | undefined> {
  const {
    contentType,
    body,
    expectedAnswer,
    tolerance,
    maximumLatencyMillis = Number.POSITIVE_INFINITY,
  } = request;
  let answer: readonly number[];
  const start = stopwatch();
  try {
    answer = await asked.ask({ contentType, body });
  } catch (error) {
    return errorText(error as Error);
  }
  const millis = stopwatch() - start;
  const rows = rowsIn({ data: body, encoding: contentType === 'text/csv' ? 'CSV' : 'JSON' }).length;
  if (answer.length === 0 || answer.length % rows !== 0) {
    return `it has ${rows} rows, but the answer is '${answer.join(', ')}'`;
  }
  const differs =
    expectedAnswer &&
    (expectedAnswer.length !== answer.length ||
      answer.some((value, i) => Math.abs(value - (expectedAnswer[i] as number)) > tolerance));
  if (differs) {
    return `the answer is ${answer.join(', ')}, but ${expectedAnswer.join(', ')} is expected, within ${tolerance}`;
  }
  if (millis > maximumLatencyMillis) {
    return `the answer took ${Math.round(millis)} ms, but may take ${maximumLatencyMillis}`;
  }
  return undefined;
}
