/** A timer on the clock; `cancel` makes it never fire. */
export interface Timer {
  cancel(): void;
}

interface ScheduledTimer extends Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => unknown;
}

/** How the clock moves by itself: 1 is real time, 60 an hour a minute, 0 only by `advance`. */
export interface ClockOptions {
  /** @default now */
  readonly start?: Date;
  /** @default 1 */
  readonly rate?: number;
}

/** Services write times with years of four digits; time stands still at the end. */
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');
/** A day a second. */
const HIGHEST_RATE = 86_400;

const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * The time of the local cloud: schedules, waits, alarm periods and bake times all run on it.
 *
 * Work that goes on without time passing (a function, a training process, a step of a workflow) is *tracked*;
 * `advance` fires what is due in order and lets tracked work end between two firings, so that a story is the
 * same on every machine. Requests from outside are not: traffic may go on while time moves.
 */
export class Clock {
  readonly rate: number;
  private readonly timers = new Set<ScheduledTimer>();
  private readonly work = new Set<Promise<unknown>>();
  private origin: { virtual: number; real: number };
  private order = 0;
  private wakeUp: NodeJS.Timeout | undefined;
  private advancing: Promise<void> = Promise.resolve();

  /** @throws Error if the rate or the start is none that the clock can have */
  constructor({ rate = 1, start = new Date() }: ClockOptions = {}) {
    if (!(rate >= 0 && rate <= HIGHEST_RATE)) {
      throw new Error(`the rate of the clock must be from 0 to ${HIGHEST_RATE}, a day a second, got ${rate}`);
    }
    if (!isInRange(start.getTime())) {
      const got = Number.isNaN(start.getTime()) ? 'no date' : start.toISOString();
      throw new Error(
        `the clock must start between 1970 and ${new Date(LAST_TIME).toISOString()}, got ${got}`,
      );
    }
    this.rate = rate;
    this.origin = { virtual: start.getTime(), real: Date.now() };
  }

  /** Virtual time in milliseconds since the epoch. */
  now(): number {
    return Math.min(this.origin.virtual + (Date.now() - this.origin.real) * this.rate, LAST_TIME);
  }

  date(): Date {
    return new Date(this.now());
  }

  /** Calls back at a virtual time; a time that has passed means as soon as possible. */
  at(time: number, callback: () => unknown): Timer {
    const timer: ScheduledTimer = {
      at: time,
      order: this.order++,
      callback,
      cancel: () => {
        this.timers.delete(timer);
      },
    };
    this.timers.add(timer);
    this.arm();
    return timer;
  }

  /** Calls back after a virtual duration in milliseconds. */
  after(milliseconds: number, callback: () => unknown): Timer {
    return this.at(this.now() + milliseconds, callback);
  }

  /**
   * Resolves after a virtual duration. Not to be awaited inside tracked work: `advance` would wait for it for
   * ever.
   */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Marks work that `advance` waits for. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.work.add(settled);
    settled.then(() => this.work.delete(settled));
    return work;
  }

  /** When the next timer is due, in virtual milliseconds; undefined when nothing is. */
  nextDue(): number | undefined {
    return this.earliest()?.at;
  }

  /**
   * Moves time on, firing what becomes due in its order; several calls queue up.
   *
   * @throws RangeError if time would run backwards, or beyond the end of the clock; nothing has moved then
   */
  advance(milliseconds: number): Promise<void> {
    const advanced = this.advancing.then(() => this.advanceNow(milliseconds));
    this.advancing = advanced.catch(() => {});
    return advanced;
  }

  /** Resolves when no tracked work is in progress. */
  async settle(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 5; quietTurns++) {
      if (this.work.size > 0) {
        await Promise.all(this.work);
        quietTurns = 0;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Forgets all timers. */
  stop(): void {
    clearTimeout(this.wakeUp);
    this.timers.clear();
  }

  private async advanceNow(milliseconds: number): Promise<void> {
    await this.settle();
    const target = this.now() + milliseconds;
    if (!(milliseconds >= 0 && target <= LAST_TIME)) {
      throw new RangeError(
        `the clock moves on from ${this.date().toISOString()} to ${new Date(LAST_TIME).toISOString()} at most, that is by 0 to ${Math.floor((LAST_TIME - this.now()) / 1000)} seconds, got ${milliseconds / 1000}`,
      );
    }
    for (let next = this.earliest(); next && next.at <= target; next = this.earliest()) {
      this.moveTo(Math.max(next.at, this.now()));
      this.fire(next);
      await this.settle();
    }
    this.moveTo(Math.max(target, this.now()));
    this.arm();
  }

  private moveTo(virtual: number): void {
    this.origin = { virtual, real: Date.now() };
  }

  private earliest(): ScheduledTimer | undefined {
    let first: ScheduledTimer | undefined;
    for (const timer of this.timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  private fire(timer: ScheduledTimer): void {
    this.timers.delete(timer);
    const result = timer.callback();
    if (result instanceof Promise) this.track(result).catch(() => {});
  }

  private arm(): void {
    clearTimeout(this.wakeUp);
    const next = this.earliest();
    if (!next || this.rate === 0) return;
    const delay = Math.min(Math.max(0, (next.at - this.now()) / this.rate), LONGEST_TIMEOUT);
    this.wakeUp = setTimeout(() => {
      const now = this.now();
      for (let due = this.earliest(); due && due.at <= now; due = this.earliest()) this.fire(due);
      this.arm();
    }, delay);
  }
}

/** Whether a time is one that the clock can show. */
export function isInRange(time: number): boolean {
  return time >= 0 && time <= LAST_TIME;
}
