import type { Json } from '../definition/definition';
import type { QueryLanguage, Visit } from '../language/query-language';
import type { Engine, Transition } from './engine';
import { RetryPolicy } from './retry-policy';
import { StateError } from './state-error';

interface Attempt {
  /** @throws StateError */
  run(): Promise<Json>;
  /** Called when no retry is left. */
  failed?(): void;
}

/**
 * Runs what a Task, Parallel or Map state does, as often as Retry says, and leaves by Catch if it fails for
 * good.
 */
export async function withErrorHandling(
  visit: Visit,
  language: QueryLanguage,
  { cloud }: Engine,
  attempt: Attempt,
): Promise<Transition> {
  const { Retry = [], Catch = [], Next } = visit.state;
  const policy = new RetryPolicy(Retry, () => cloud.random());
  for (let retries = 0; ; retries++) {
    setRetryCount(visit, retries);
    try {
      const result = await attempt.run();
      return { next: Next, ...(await language.complete(visit, result)) };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delay = policy.delaySeconds(error);
      if (delay !== undefined) {
        await visit.branch.waiting.sleep(delay * 1000);
        continue;
      }
      attempt.failed?.();
      const catcher = Catch.find(({ ErrorEquals }) => error.matches(ErrorEquals));
      if (!catcher) throw error;
      return { next: catcher.Next, ...(await language.caught(visit, catcher, error)) };
    }
  }
}

function setRetryCount({ context }: Visit, RetryCount: number): void {
  context.State = { ...(context.State as object), RetryCount };
}
