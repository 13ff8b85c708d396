import type { Clock } from '../../gateway/clock';

/**
 * Background work that `advance` waits for, but not while it waits itself for what may take time on the
 * clock.
 */
export class TrackedWork {
  private release: () => void = () => {};

  constructor(private readonly clock: Clock) {}

  async run(work: () => Promise<void>): Promise<void> {
    this.resume();
    try {
      await work();
    } finally {
      this.release();
    }
  }

  /** Waits for something that others bring about, while time may pass. */
  async pause<Result>(wait: Promise<Result>): Promise<Result> {
    this.release();
    try {
      return await wait;
    } finally {
      this.resume();
    }
  }

  private resume(): void {
    this.clock.track(
      new Promise<void>((resolve) => {
        this.release = resolve;
      }),
    );
  }
}
