import type { Principal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { Json, JsonObject, QueryLanguageName, Workflow } from '../definition/definition';
import type { Completion, QueryLanguage, Visit } from '../language/query-language';
import type { MapRuns } from '../map-run/map-runs';
import type { SdkModels } from '../sdk-models';
import type { TaskTokens } from '../task-tokens';
import type { Branch } from './branch';
import type { Waiting } from './waiting';

/** The execution whose states run. */
export interface RunningExecution {
  readonly arn: string;
  readonly stateMachineArn: string;
  /** Who its tasks are done as: the machine's role. */
  readonly principal: Principal;
  /** The context object without what belongs to a state. */
  readonly context: JsonObject;
}

/** What states need besides their visit. */
export interface Engine {
  readonly cloud: Cloud;
  readonly tokens: TaskTokens;
  readonly models: SdkModels;
  readonly execution: RunningExecution;
  /** Starts the child executions of distributed Map states. */
  readonly mapRuns: MapRuns;
  /** Of states that name none. */
  readonly queryLanguage: QueryLanguageName;
  /** Does what is left to do behind an execution; a failure is only logged. */
  inBackground(work: (waiting: Waiting) => Promise<unknown>): void;
  /** Resolves when another execution has ended. */
  executionEnded(arn: string): Promise<void>;
  /** Resolves with the output of its last state. */
  runWorkflow(workflow: Workflow, input: Json, branch: Branch): Promise<Json>;
}

/** How a state ended: with a next state, or none at the end of its workflow. */
export interface Transition extends Completion {
  readonly next?: string | undefined;
}

/** @throws StateError, or Aborted if something around the state ended */
export type StateRunner = (visit: Visit, language: QueryLanguage, engine: Engine) => Promise<Transition>;
