import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** `caught`: failed, and the state machine went on after it. */
export type StateProgress = 'running' | 'succeeded' | 'caught' | 'failed';

/** One stay in a state. */
export interface Visit {
  readonly name: string;
  readonly type: string;
  readonly entered: Date;
  readonly left?: Date;
  readonly progress: StateProgress;
  readonly input?: string;
  readonly output?: string;
  /** Error and cause of a failed attempt in it. */
  readonly error?: string;
}

export interface ExecutionProgress {
  /** In the order in which the states were entered. */
  readonly visits: readonly Visit[];
  /** Of each state that was visited, how its latest visit went. */
  readonly states: ReadonlyMap<string, StateProgress>;
  /** Ways that were taken, as `from → to`. */
  readonly taken: ReadonlySet<string>;
}

/** Key of a way in `taken`. */
export function wayKey(from: string, to: string): string {
  return `${from} → ${to}`;
}

/** The cause of a function's failure is JSON, whose message says what happened. */
export function causeText(cause: string | undefined): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

/**
 * What the history of an execution says of its states.
 *
 * @param events all events, the oldest first
 * @param isOver whether the execution has ended: what is still open then has failed
 */
export function executionProgress(events: readonly HistoryEvent[], isOver: boolean): ExecutionProgress {
  const open = new Map<number, OpenVisit>();
  const visits: OpenVisit[] = [];
  /** The visit that an event belongs to, by the event's id. */
  const owner = new Map<number, OpenVisit>();
  const taken = new Set<string>();
  for (const event of events) {
    const { id = 0, previousEventId = 0, type = '', timestamp = new Date(0) } = event;
    const previous = owner.get(previousEventId);
    const name = event.stateEnteredEventDetails?.name;
    if (name !== undefined) {
      const visit: OpenVisit = {
        name,
        type: type.replace(/StateEntered$/, ''),
        entered: timestamp,
        input: event.stateEnteredEventDetails?.input,
      };
      if (previous?.left) taken.add(wayKey(previous.name, name));
      visits.push(visit);
      open.set(id, visit);
      owner.set(id, visit);
      continue;
    }
    if (event.stateExitedEventDetails) {
      const visit = lastOpen(visits, event.stateExitedEventDetails.name ?? '', previous);
      if (!visit) continue;
      visit.left = timestamp;
      visit.output = event.stateExitedEventDetails.output;
      owner.set(id, visit);
      continue;
    }
    if (!previous) continue;
    owner.set(id, previous);
    previous.error = errorOf(event) ?? (/Succeeded$/.test(type) ? undefined : previous.error);
  }
  const closed = visits.map((visit): Visit => ({ ...visit, progress: progressOf(visit, isOver) }));
  return { visits: closed, states: new Map(closed.map(({ name, progress }) => [name, progress])), taken };
}

interface OpenVisit extends Omit<Visit, 'progress' | 'left' | 'output' | 'error'> {
  left?: Date;
  output?: string;
  error?: string;
}

function progressOf({ left, error }: OpenVisit, isOver: boolean): StateProgress {
  if (left) return error === undefined ? 'succeeded' : 'caught';
  return isOver ? 'failed' : 'running';
}

/** A Fail state is left by the end of the execution only. */
function lastOpen(
  visits: readonly OpenVisit[],
  name: string,
  previous: OpenVisit | undefined,
): OpenVisit | undefined {
  if (previous?.name === name && !previous.left) return previous;
  return visits.findLast((visit) => visit.name === name && !visit.left);
}

/** Members of failure events end in `FailedEventDetails` or `TimedOutEventDetails`. */
function errorOf(event: HistoryEvent): string | undefined {
  for (const [member, details] of Object.entries(event)) {
    if (!/(Failed|TimedOut|Aborted)EventDetails$/.test(member)) continue;
    const { error, cause } = details as { error?: string; cause?: string };
    return [error, causeText(cause)].filter((part) => part).join(': ') || 'failed';
  }
  return undefined;
}
