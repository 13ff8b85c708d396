import type { Cloud } from '../../../gateway/service';

/** Jobs that are being worked on; each can be told to end. */
export class RunningJobs {
  private readonly jobs = new Map<
    string,
    { readonly controller: AbortController; readonly done: Promise<void> }
  >();
  private isEnding = false;

  constructor(private readonly cloud: Cloud) {}

  /** Whether the local cloud is about to end. */
  get isStopping(): boolean {
    return this.isEnding;
  }

  /** @param work ends soon after its signal; its failures are its own business */
  start(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    const done = work(controller.signal)
      .catch((error: Error) => this.cloud.log(`sagemaker: job ${name}: ${error.stack}`))
      .finally(() => this.jobs.delete(name));
    this.jobs.set(name, { controller, done });
    this.cloud.clock.track(done);
  }

  /** @param reason what the signal's `reason` becomes */
  end(name: string, reason: string): void {
    this.jobs.get(name)?.controller.abort(reason);
  }

  /** Resolves when nothing is done for a job any more. */
  async finished(name: string): Promise<void> {
    await this.jobs.get(name)?.done;
  }

  /** Ends all jobs. */
  async stop(): Promise<void> {
    this.isEnding = true;
    for (const { controller } of this.jobs.values()) controller.abort('Stopping');
    await Promise.all([...this.jobs.values()].map(({ done }) => done));
  }
}
