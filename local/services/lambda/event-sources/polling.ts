import type { Clock } from '../../../gateway/clock';

/** Until a source is read again that could not be. */
export const RETRY_MILLISECONDS = 60_000;
/** Pauses before a retry of a batch double from the first to the longest. AWS does not document its own. */
export const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export function longerPause(pause: number): number {
  return Math.min(2 * pause, LONGEST_PAUSE);
}

/** The time in which a mapping is polled: until it is changed, disabled or deleted, or the cloud stops. */
export class Polling {
  private readonly wakers = new Set<() => void>();
  private hasEnded = false;

  constructor(private readonly clock: Clock) {}

  get isActive(): boolean {
    return !this.hasEnded;
  }

  stop(): void {
    this.hasEnded = true;
    for (const wake of [...this.wakers]) wake();
  }

  /** Resolves when something happens, at a time of the clock, or when the polling ends. */
  async until(event: Promise<unknown> | undefined, time?: number): Promise<void> {
    if (this.hasEnded) return;
    await new Promise<void>((resolve) => {
      const timer = time === undefined ? undefined : this.clock.at(time, () => wake());
      const wake = () => {
        timer?.cancel();
        this.wakers.delete(wake);
        resolve();
      };
      this.wakers.add(wake);
      event?.then(wake, wake);
    });
  }

  /** Resolves after a duration of the clock, or when the polling ends. */
  pause(milliseconds: number): Promise<void> {
    return this.until(undefined, this.clock.now() + milliseconds);
  }
}
