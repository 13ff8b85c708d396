import type { Cloud } from '../../gateway/service';
import type { GiveUpCondition, LastAttempt } from './failure-destination';
import type { EventInvokeConfig } from './stored-function';

const MINUTE = 60_000;
/** Waits before the first and the second retry. */
const RETRY_DELAYS = [MINUTE, 2 * MINUTE];
const LONGEST_THROTTLE_DELAY = 5 * MINUTE;

/** An accepted event that waits for its function. */
export interface AsynchronousEvent {
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  readonly payload: Uint8Array;
  readonly clientContext?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly accepted: number;
  /** Of the next attempt. */
  due: number;
  failures: number;
  throttles: number;
}

type EventHandling = Pick<EventInvokeConfig, 'maximumRetryAttempts' | 'maximumEventAgeSeconds'>;

export type AttemptResult =
  | { readonly end: 'succeeded' | 'throttled' }
  /** `last`: what the function answered, if it was called. */
  | { readonly end: 'failed'; readonly last?: LastAttempt };

export interface AsynchronousHandling {
  run(event: AsynchronousEvent): Promise<AttemptResult>;
  /** Undefined once the function is gone. */
  config(event: AsynchronousEvent): EventHandling | undefined;
  /** An event was given up. @param last what the function answered at last, if it was called */
  dropped(event: AsynchronousEvent, condition: GiveUpCondition, last?: LastAttempt): Promise<void>;
}

/** Events that were accepted for later: run soon, tried again when they fail, dropped in the end. */
export class AsynchronousEvents {
  private readonly events: Map<string, AsynchronousEvent>;
  private isStopped = false;

  constructor(
    private readonly cloud: Cloud,
    private readonly handling: AsynchronousHandling,
  ) {
    this.events = cloud.table('lambda/asynchronous-events');
  }

  accept(event: AsynchronousEvent): void {
    this.events.set(event.requestId, event);
    this.cloud.clock.track(this.attempt(event));
  }

  /** Resumes the events restored from a data folder. */
  start(): void {
    for (const event of this.events.values()) this.schedule(event);
  }

  stop(): void {
    this.isStopped = true;
  }

  private schedule(event: AsynchronousEvent): void {
    this.cloud.clock.at(event.due, () => this.attempt(event));
  }

  private async attempt(event: AsynchronousEvent): Promise<void> {
    const result = await this.handling.run(event).catch((error: Error): AttemptResult => {
      this.cloud.log(`asynchronous invocation of ${event.functionName} failed: ${error.message}`);
      return { end: 'failed' };
    });
    if (this.isStopped) return;
    const next = this.next(event, result);
    if (typeof next === 'number') {
      event.due = next;
      this.schedule(event);
      return;
    }
    this.events.delete(event.requestId);
    if (next) await this.handling.dropped(event, next, result.end === 'failed' ? result.last : undefined);
  }

  /** When the event is tried again, or why not; undefined if that is not needed. */
  private next(event: AsynchronousEvent, result: AttemptResult): number | GiveUpCondition | undefined {
    const config = this.handling.config(event);
    if (result.end === 'succeeded' || !config) return undefined;
    const delay = result.end === 'throttled' ? throttleDelay(event) : failureDelay(event, config);
    if (delay === undefined) return 'RetriesExhausted';
    const due = this.cloud.clock.now() + delay;
    return due > event.accepted + config.maximumEventAgeSeconds * 1000 ? 'EventAgeExceeded' : due;
  }
}

function failureDelay(event: AsynchronousEvent, config: EventHandling): number | undefined {
  const delay = RETRY_DELAYS[event.failures];
  event.failures++;
  return event.failures > config.maximumRetryAttempts ? undefined : delay;
}

/** From one second on, doubling. */
function throttleDelay(event: AsynchronousEvent): number {
  const delay = Math.min(1000 * 2 ** event.throttles, LONGEST_THROTTLE_DELAY);
  event.throttles++;
  return delay;
}
