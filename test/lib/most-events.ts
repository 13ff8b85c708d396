/** A state of a workflow, as far as it leads on. */
export interface StateShape {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

/** States that an execution enters a limited number of times, all of them together. */
export interface Limit {
  readonly states: RegExp;
  readonly visits: number;
  /** Events that a visit pays for: as many as any way from it back to a limited state may have. */
  readonly events: number;
}

/**
 * An upper bound of the events of an execution: the longest way through the states, where each limited state
 * costs what its visits pay for less, plus what all visits pay for. (The limits are the constraints of a
 * linear program, and their events are a feasible point of its dual.) Retries come on top: three events each.
 *
 * @throws Error that names a loop that no limit pays for
 */
export function mostEvents(
  startAt: string,
  states: Readonly<Record<string, StateShape>>,
  limits: readonly Limit[],
): number {
  const limitOf = (name: string) => limits.find((limit) => limit.states.test(name));
  const cost = (name: string) => eventsOf(states[name] as StateShape) - (limitOf(name)?.events ?? 0);
  const longest = new Map([[startAt, cost(startAt)]]);
  const cameFrom = new Map<string, string>();
  const names = Object.keys(states);
  for (let round = 0; round <= names.length; round++) {
    let hasChanged = false;
    for (const [name, sum] of [...longest]) {
      for (const next of targetsOf(states[name] as StateShape)) {
        const way = sum + cost(next);
        if (way <= (longest.get(next) ?? Number.NEGATIVE_INFINITY)) continue;
        longest.set(next, way);
        cameFrom.set(next, name);
        hasChanged = true;
      }
    }
    if (!hasChanged) {
      const paid = limits.reduce((sum, { visits, events }) => sum + visits * events, 0);
      // The execution's start and end have one each.
      return 2 + Math.max(...longest.values()) + paid;
    }
  }
  throw new Error(`a loop has no limit: ${loopIn(cameFrom).join(' -> ')}`);
}

/**
 * Events of a state that is entered once.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html for their types
 */
function eventsOf({ Type, Resource = '' }: StateShape): number {
  // Entered, scheduled, started, succeeded or failed, exited; and submitted, where a job or a person is
  // waited for.
  if (Type === 'Task') return /\.(sync(:2)?|waitForTaskToken)$/.test(Resource) ? 6 : 5;
  // Entered and exited. A Fail state is entered only.
  return Type === 'Fail' ? 1 : 2;
}

function targetsOf({ Next, Default, Choices = [], Catch = [] }: StateShape): string[] {
  return [Next, Default, ...[...Choices, ...Catch].map((rule) => rule.Next)].filter(
    (name) => name !== undefined,
  );
}

function loopIn(cameFrom: ReadonlyMap<string, string>): string[] {
  for (const start of cameFrom.keys()) {
    const way = [start];
    for (let name = cameFrom.get(start); name !== undefined; name = cameFrom.get(name)) {
      if (way.includes(name)) return way.slice(way.indexOf(name)).reverse();
      way.push(name);
    }
  }
  return [];
}
