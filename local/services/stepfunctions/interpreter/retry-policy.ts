import type { Retrier } from '../definition/definition';
import type { StateError } from './state-error';

/** Counts the attempts of one visit of a state, each retrier for itself. */
export class RetryPolicy {
  private readonly attempts = new Map<Retrier, number>();

  /** @param random in [0, 1), for jitter */
  constructor(
    private readonly retriers: readonly Retrier[],
    private readonly random: () => number,
  ) {}

  /** Seconds until the next attempt; undefined if there is none. */
  delaySeconds(error: StateError): number | undefined {
    const retrier = this.retriers.find(({ ErrorEquals }) => error.matches(ErrorEquals));
    if (!retrier) return undefined;
    const attempt = this.attempts.get(retrier) ?? 0;
    if (attempt >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.attempts.set(retrier, attempt + 1);
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy } = retrier;
    const delay = Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds);
    return JitterStrategy === 'FULL' ? delay * this.random() : delay;
  }
}
