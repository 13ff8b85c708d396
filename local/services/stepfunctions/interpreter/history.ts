import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../../../gateway/clock';
import type { Json } from '../definition/definition';
import { StateError } from './state-error';

/**
 * Events of one execution at most, of which the last is its end.
 *
 * An execution on AWS ended with `ExecutionFailed` number 25,000, the error `States.Runtime` and this cause;
 * neither `Retry` nor `Catch` take that error.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const LARGEST_HISTORY = 25_000;

export type EventDetails = Omit<HistoryEvent, 'id' | 'timestamp' | 'type' | 'previousEventId'>;

/** What happened in one execution, event by event. */
export class History {
  private isClosed = false;

  /** @param events where they are kept; each is handed to `added` as well */
  constructor(
    private readonly clock: Clock,
    private readonly events: HistoryEvent[],
    private readonly added: (event: HistoryEvent) => void,
  ) {}

  get lastEventId(): number {
    return this.events.length;
  }

  /**
   * @returns the event's id
   * @throws StateError if the history is full
   */
  add(type: HistoryEventType, details: EventDetails, previousEventId: number): number {
    if (this.isClosed) return this.lastEventId;
    const isLast = type.startsWith('Execution');
    if (this.events.length >= LARGEST_HISTORY - 1 && !isLast) {
      throw new StateError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${LARGEST_HISTORY}).`,
      );
    }
    const event: HistoryEvent = {
      timestamp: this.clock.date(),
      type,
      id: this.events.length + 1,
      previousEventId,
      ...details,
    };
    this.events.push(event);
    this.added(event);
    return event.id as number;
  }

  /** Nothing is added any more. */
  close(): void {
    this.isClosed = true;
  }
}

/** JSON in an event. */
export function eventData<Name extends string>(
  name: Name,
  value: Json,
): { [Key in Name]: string } & { [Key in `${Name}Details`]: { truncated: boolean } } {
  return { [name]: JSON.stringify(value), [`${name}Details`]: { truncated: false } } as never;
}
