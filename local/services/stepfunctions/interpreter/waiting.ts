import type { Clock } from '../../../gateway/clock';
import type { TrackedWork } from '../../cloudformation/tracked-work';

/** How a part of an execution waits: tracked work is paused meanwhile, and an abort ends the wait. */
export class Waiting {
  constructor(
    private readonly clock: Clock,
    private readonly work: TrackedWork,
    readonly signal: AbortSignal,
  ) {}

  /** The same work under a narrower signal. */
  until(signal: AbortSignal): Waiting {
    return new Waiting(this.clock, this.work, AbortSignal.any([this.signal, signal]));
  }

  async sleep(milliseconds: number): Promise<void> {
    let wakeUp = () => {};
    const slept = new Promise<void>((resolve) => {
      wakeUp = resolve;
    });
    const timer = this.clock.after(milliseconds, wakeUp);
    try {
      await this.for(slept);
    } finally {
      timer.cancel();
    }
  }

  /** @throws the reason of the abort */
  for<Result>(promise: Promise<Result>): Promise<Result> {
    return this.work.pause(abortable(promise, this.signal));
  }

  /** Waits for parts that notice the abort themselves. */
  forParts<Result>(parts: Promise<Result>): Promise<Result> {
    return this.work.pause(parts);
  }
}

function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
