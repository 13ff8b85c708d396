import type { Catcher, Json, JsonObject, StateDefinition } from '../definition/definition';
import type { Branch, MapItem } from '../interpreter/branch';
import { StateError } from '../interpreter/state-error';

/** A state that an execution is in. */
export interface Visit {
  readonly name: string;
  readonly state: StateDefinition;
  readonly input: Json;
  readonly branch: Branch;
  readonly enteredEventId: number;
  /** The context object: execution, state, machine, and the task or item at work. */
  readonly context: JsonObject;
}

/** What a state leaves behind. */
export interface Completion {
  readonly output: Json;
  readonly variables?: JsonObject;
}

export interface Choice extends Completion {
  readonly next: string;
}

/** How the fields of a state are filled from its input: JSONata expressions, or JSONPaths. */
export interface QueryLanguage {
  /** What a task, or each branch of a Parallel state, gets. */
  arguments(visit: Visit): Promise<Json>;
  /** The result of a Pass state; undefined where it only hands on. */
  passResult(visit: Visit): Promise<Json | undefined>;
  /** Output and variables; `result` is undefined for states that only hand on. */
  complete(visit: Visit, result?: Json): Promise<Completion>;
  caught(visit: Visit, catcher: Catcher, error: StateError): Promise<Completion>;
  /**
   * A number, or what its expression or path gives.
   *
   * @param fields where the field stands; the state's own if absent
   */
  number(visit: Visit, field: NumberField, fields?: object): Promise<number | undefined>;
  text(visit: Visit, field: 'Error' | 'Cause' | 'Timestamp'): Promise<string | undefined>;
  /** @throws StateError States.NoChoiceMatched */
  choose(visit: Visit): Promise<Choice>;
  items(visit: Visit): Promise<Json[]>;
  itemInput(visit: Visit, item: MapItem): Promise<Json>;
  /** JSON inside a field, filled; `field` is where it stands. */
  filled(visit: Visit, field: string, template: Json): Promise<Json>;
}

export type NumberField =
  | 'TimeoutSeconds'
  | 'HeartbeatSeconds'
  | 'Seconds'
  | 'MaxConcurrency'
  | DistributedMapNumber;

/** Numbers of distributed Map states, whose ranges these check by themselves. */
export type DistributedMapNumber =
  | 'ToleratedFailureCount'
  | 'ToleratedFailurePercentage'
  | 'MaxItems'
  | 'MaxItemsPerBatch'
  | 'MaxInputBytesPerBatch';

/** How AWS begins the cause of an error in a state's fields. */
export function causeIn({ name, enteredEventId }: Visit, what: string): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${enteredEventId}). ${what}`;
}

export function noChoiceMatched(visit: Visit): StateError {
  return new StateError(
    'States.NoChoiceMatched',
    causeIn(
      visit,
      'Failed to transition out of the state. No choice rule matched, and there is no Default state.',
    ),
  );
}
