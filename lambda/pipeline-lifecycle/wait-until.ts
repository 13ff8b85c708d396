/** How to wait: passed in, so that nothing here knows the time by itself. */
export interface Patience {
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Time after which waiting is given up. */
  readonly deadline: Date;
}

/**
 * Asks again and again, ever more seldom, until nothing is left to wait for.
 *
 * @param remaining what is still to come, undefined once all is done
 * @throws Error that tells what was still to come at the deadline
 */
export async function waitUntil(
  remaining: () => Promise<string | undefined>,
  { now, sleep, deadline }: Patience,
): Promise<void> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const left = await remaining();
    if (left === undefined) return;
    if (now().getTime() + pause > deadline.getTime()) {
      throw new Error(`${left} when the time was up; delete the stack again`);
    }
    await sleep(pause);
  }
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
