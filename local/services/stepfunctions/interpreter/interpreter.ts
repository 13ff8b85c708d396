import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Cloud } from '../../../gateway/service';
import { TrackedWork } from '../../cloudformation/tracked-work';
import {
  isDistributed,
  itemProcessor,
  type Json,
  type QueryLanguageName,
  type StateDefinition,
  type StateType,
  type Workflow,
} from '../definition/definition';
import { JsonataLanguage } from '../language/jsonata-language';
import { JsonPathLanguage } from '../language/jsonpath-language';
import type { QueryLanguage, Visit } from '../language/query-language';
import { runDistributedMap } from '../map-run/distributed-map-state';
import type { MapRuns } from '../map-run/map-runs';
import type { SdkModels } from '../sdk-models';
import type { TaskTokens } from '../task-tokens';
import type { Branch } from './branch';
import { LARGEST_PAYLOAD, payloadError } from './data-limit';
import type { Engine, RunningExecution, StateRunner, Transition } from './engine';
import { eventData } from './history';
import { runMap } from './map-state';
import { runParallel } from './parallel-state';
import { runChoice, runFail, runPass, runSucceed, runWait } from './simple-states';
import { Aborted } from './state-error';
import { runTaskState } from './task-state';
import { Waiting } from './waiting';

const RUNNERS: Readonly<Record<StateType, StateRunner>> = {
  Task: runTaskState,
  Pass: runPass,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Parallel: runParallel,
  Map: (visit, language, engine) =>
    (isDistributed(itemProcessor(visit.state)) ? runDistributedMap : runMap)(visit, language, engine),
};

/** States that may be in progress when something around them ends. */
const ABORTABLE: readonly StateType[] = ['Task', 'Wait', 'Parallel', 'Map'];

interface InterpreterProps {
  readonly cloud: Cloud;
  readonly tokens: TaskTokens;
  readonly models: SdkModels;
  readonly execution: RunningExecution;
  readonly queryLanguage: QueryLanguageName;
  readonly executionEnded: (arn: string) => Promise<void>;
  readonly mapRuns: MapRuns;
}

/** Goes through the states of one execution. */
export class Interpreter implements Engine {
  readonly cloud: Cloud;
  readonly tokens: TaskTokens;
  readonly models: SdkModels;
  readonly execution: RunningExecution;
  readonly executionEnded: (arn: string) => Promise<void>;
  readonly mapRuns: MapRuns;
  readonly queryLanguage: QueryLanguageName;
  private readonly languages: Readonly<Record<QueryLanguageName, QueryLanguage>>;

  constructor(props: InterpreterProps) {
    const { cloud, tokens, models, execution, queryLanguage, executionEnded, mapRuns } = props;
    this.cloud = cloud;
    this.tokens = tokens;
    this.models = models;
    this.execution = execution;
    this.queryLanguage = queryLanguage;
    this.executionEnded = executionEnded;
    this.mapRuns = mapRuns;
    const sources = {
      now: () => cloud.clock.now(),
      random: () => cloud.random(),
      uuid: () => cloud.uuid(),
    };
    this.languages = { JSONata: new JsonataLanguage(sources), JSONPath: new JsonPathLanguage(sources) };
  }

  inBackground(work: (waiting: Waiting) => Promise<unknown>): void {
    const { clock } = this.cloud;
    const tracked = new TrackedWork(clock);
    const waiting = new Waiting(clock, tracked, new AbortController().signal);
    tracked
      .run(async () => {
        await work(waiting);
      })
      .catch((error: Error) => this.cloud.log(`states: behind ${this.execution.arn}: ${error.message}`));
  }

  async runWorkflow(workflow: Workflow, input: Json, branch: Branch): Promise<Json> {
    let name: string | undefined = workflow.StartAt;
    let value = input;
    while (name !== undefined) {
      branch.waiting.signal.throwIfAborted();
      const state = workflow.States[name];
      if (!state) throw new Error(`there is no state ${name}`);
      const transition: Transition = await this.runState(name, state, value, branch);
      value = transition.output;
      name = transition.next;
    }
    return value;
  }

  private async runState(
    name: string,
    state: StateDefinition,
    input: Json,
    branch: Branch,
  ): Promise<Transition> {
    const { Type } = state;
    if (Buffer.byteLength(JSON.stringify(input)) > LARGEST_PAYLOAD) throw payloadError(name);
    const enteredEventId = branch.record(`${Type}StateEntered` as HistoryEventType, {
      stateEnteredEventDetails: { name, ...eventData('input', input) },
    });
    const visit: Visit = {
      name,
      state,
      input,
      branch,
      enteredEventId,
      context: {
        ...this.execution.context,
        State: { Name: name, EnteredTime: this.cloud.clock.date().toISOString() },
        ...(branch.mapItem && { Map: { Item: { ...branch.mapItem } } }),
      },
    };
    try {
      const language = this.languages[state.QueryLanguage ?? this.queryLanguage];
      const transition = await RUNNERS[Type](visit, language, this);
      this.leave(visit, transition);
      return transition;
    } catch (error) {
      if (error instanceof Aborted && ABORTABLE.includes(Type))
        branch.record(`${Type}StateAborted` as HistoryEventType);
      throw error;
    }
  }

  private leave({ name, state, branch }: Visit, { output, variables }: Transition): void {
    if (Buffer.byteLength(JSON.stringify(output)) > LARGEST_PAYLOAD) throw payloadError(name);
    if (variables) branch.assign(variables);
    branch.record(`${state.Type}StateExited` as HistoryEventType, {
      stateExitedEventDetails: {
        name,
        ...eventData('output', output),
        ...(variables && {
          assignedVariables: Object.fromEntries(
            Object.entries(variables).map(([variable, value]) => [variable, JSON.stringify(value)]),
          ),
          assignedVariablesDetails: { truncated: false },
        }),
      },
    });
  }
}
