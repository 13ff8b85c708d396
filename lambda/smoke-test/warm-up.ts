import type { SmokeTestResult } from '../../contracts/functions/release';
import { errorText, MOST_REASONS } from './ask-samples';
import type { Asked, Question } from './asked';

export interface WarmUpProps {
  readonly questions: readonly Question[];
  /** How many instances share the requests. */
  readonly instances: number;
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
}

/**
 * Requests for each instance. SageMaker spreads them at random (`RoutingStrategy` of `CreateEndpointConfig`,
 * default `RANDOM`), and an instance has a process or two for each processor: each of these gets some.
 */
const REQUESTS = 50;
const MOST_REQUESTS = 2_000;
/** Concurrent requests, for each instance. */
const CONCURRENCY = 4;
const MOST_CONCURRENCY = 64;
/** The function that warms up has five minutes for everything. */
const LONGEST_MILLIS = 60_000;

/**
 * Sends a version so many requests that none of its instances is cold when it gets traffic: caches fill,
 * connections open, code is compiled. Slow answers are what it is for; requests that fail count like those of
 * the smoke test. Ends early when the time is up.
 */
export async function warmUp(asked: Asked, props: WarmUpProps): Promise<SmokeTestResult> {
  const { questions, instances, stopwatch } = props;
  const total = Math.min(MOST_REQUESTS, instances * REQUESTS);
  const deadline = stopwatch() + LONGEST_MILLIS;
  const problems: string[] = [];
  let sent = 0;
  async function send(): Promise<void> {
    while (sent < total && problems.length < MOST_REASONS && stopwatch() < deadline) {
      const { contentType, body } = questions[sent++ % questions.length] as Question;
      const request = sent;
      await asked.ask({ contentType, body }).catch((error: Error) => {
        problems.push(`request ${request} to warm up: ${errorText(error)}`);
      });
    }
  }
  const senders = Math.min(MOST_CONCURRENCY, instances * CONCURRENCY);
  await Promise.all(Array.from({ length: senders }, send));
  if (problems.length > 0) return { passed: false, reasons: problems.slice(0, MOST_REASONS) };
  return { passed: true, reasons: [`${asked.name} answered ${sent} requests to warm up`] };
}
