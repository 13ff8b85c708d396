import { isTimestamp } from '../language/choice-comparison';
import { causeIn, type QueryLanguage, type Visit } from '../language/query-language';
import type { StateRunner } from './engine';
import { StateError } from './state-error';

const LONGEST_WAIT_SECONDS = 99_999_999;

export const runPass: StateRunner = async (visit, language) => ({
  next: visit.state.Next,
  ...(await language.complete(visit, await language.passResult(visit))),
});

export const runSucceed: StateRunner = (visit, language) => language.complete(visit);

export const runChoice: StateRunner = (visit, language) => language.choose(visit);

export const runFail: StateRunner = async (visit, language) => {
  const error = await language.text(visit, 'Error');
  throw new StateError(error, await language.text(visit, 'Cause'));
};

export const runWait: StateRunner = async (visit, language, { cloud }) => {
  const until = await waitUntil(visit, language, cloud.clock.now());
  await visit.branch.waiting.sleep(Math.max(0, until - cloud.clock.now()));
  return { next: visit.state.Next, ...(await language.complete(visit)) };
};

async function waitUntil(visit: Visit, language: QueryLanguage, now: number): Promise<number> {
  const seconds = await language.number(visit, 'Seconds');
  if (seconds === undefined) {
    const timestamp = await language.text(visit, 'Timestamp');
    if (isTimestamp(timestamp)) return Date.parse(timestamp as string);
    throw failed(
      visit,
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`,
      'Timestamp',
    );
  }
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS)
    return now + seconds * 1000;
  throw failed(
    visit,
    `The Seconds field must be an integer from 0 to ${LONGEST_WAIT_SECONDS}, got ${seconds}`,
    'Seconds',
  );
}

function failed(visit: Visit, what: string, location: string): StateError {
  const cause = causeIn(visit, what);
  if (visit.state.TimestampPath ?? visit.state.SecondsPath) return new StateError('States.Runtime', cause);
  const error = 'States.QueryEvaluationError';
  visit.branch.record('EvaluationFailed', {
    evaluationFailedEventDetails: { error, cause, location, state: visit.name },
  });
  return new StateError(error, cause);
}
