import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../../../gateway/clock';
import { TrackedWork } from '../../cloudformation/tracked-work';
import type { Json, JsonObject } from '../definition/definition';
import type { EventDetails, History } from './history';
import { Waiting } from './waiting';

/** The item that an iteration of a Map state works on; the context object's `Map`. */
export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}

interface BranchProps {
  readonly clock: Clock;
  readonly history: History;
  readonly signal: AbortSignal;
  /** Seen from here, but assigned in the workflow around. */
  readonly outerVariables: () => JsonObject;
  readonly previousEventId: number;
  readonly mapItem?: MapItem | undefined;
}

/**
 * One line of states in progress: the execution itself, a branch of a Parallel state or an iteration of a Map
 * state.
 */
export class Branch {
  private readonly work: TrackedWork;
  readonly waiting: Waiting;
  private readonly ownVariables: JsonObject = {};
  private previousEventId: number;

  constructor(private readonly props: BranchProps) {
    this.work = new TrackedWork(props.clock);
    this.waiting = new Waiting(props.clock, this.work, props.signal);
    this.previousEventId = props.previousEventId;
  }

  /** A line inside this one: it sees the variables of this one, but assigns its own. */
  fork(signal: AbortSignal, mapItem?: MapItem): Branch {
    return new Branch({
      ...this.props,
      signal: AbortSignal.any([this.props.signal, signal]),
      outerVariables: () => this.variables,
      previousEventId: this.previousEventId,
      mapItem: mapItem ?? this.mapItem,
    });
  }

  /** Runs the states of this line. */
  async run<Result>(states: () => Promise<Result>): Promise<Result> {
    const results: Result[] = [];
    await this.work.run(async () => {
      results.push(await states());
    });
    return results[0] as Result;
  }

  get mapItem(): MapItem | undefined {
    return this.props.mapItem;
  }

  get variables(): JsonObject {
    return { ...this.props.outerVariables(), ...this.ownVariables };
  }

  assign(variables: JsonObject): void {
    Object.assign(this.ownVariables, variables);
  }

  /** Adds an event after the last one of this line; returns its id. */
  record(type: HistoryEventType, details: EventDetails = {}): number {
    this.previousEventId = this.props.history.add(type, details, this.previousEventId);
    return this.previousEventId;
  }

  /** What comes next follows the last event of all lines. */
  joinHistory(): void {
    this.previousEventId = this.props.history.lastEventId;
  }
}
