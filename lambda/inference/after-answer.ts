import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExtensionEvent } from '../aws/registered-extension';

/** What Lambda tells of invocations, and waits for. */
export interface Extension {
  next(): Promise<ExtensionEvent>;
}

/**
 * Work that takes longer is given up: the instance takes no request meanwhile, and others must be started for
 * those that come.
 */
const LONGEST_WORK_MILLIS = 5_000;
/** Left of the invocation's time when the work is given up, so that this can be reported. */
const RESERVE_MILLIS = 1000;

/**
 * Work that follows each answer. Callers do not wait for it once an extension has taken it over: "After
 * receiving the function response from the runtime, Lambda returns the response to the client, even if
 * extensions are still running". The time counts, however: "The function's timeout setting limits the
 * duration of the entire `Invoke` phase", and "The duration is the sum of all invocation time (runtime +
 * extensions)", which is billed.
 *
 * An instance gets one request at a time, and its next one only after the work of this one.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class AfterAnswer {
  private hasExtension = false;
  private markAnswered: () => void = () => {};

  /** @param work must not fail */
  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly now: () => number,
  ) {}

  /** Has the work done while an extension keeps the instance awake, rather than before the answers. */
  takeOver(extension: Extension): void {
    this.hasExtension = true;
    // If Lambda ends the conversation the rejection ends the process, as it should: "Extension should exit
    // promptly".
    void this.follow(extension);
  }

  /**
   * To be awaited at the end of each invocation, whether it succeeded or not. Without an extension, it does
   * the work.
   */
  async answering(): Promise<void> {
    if (this.hasExtension) this.markAnswered();
    else await this.work(AbortSignal.timeout(LONGEST_WORK_MILLIS));
  }

  private async follow(extension: Extension): Promise<never> {
    for (;;) {
      const answered = new Promise<void>((resolve) => {
        this.markAnswered = resolve;
      });
      const { deadlineMs } = await extension.next();
      await answered;
      // The runtime gives the answer to Lambda in the turn in which the handler ends.
      await nextTurn();
      const left = deadlineMs - this.now() - RESERVE_MILLIS;
      await this.work(AbortSignal.timeout(Math.max(0, Math.min(left, LONGEST_WORK_MILLIS))));
    }
  }
}
