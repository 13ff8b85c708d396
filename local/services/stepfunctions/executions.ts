import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import { type Deferred, deferred } from '../lambda/deferred';
import type { Json, JsonObject, MachineDefinition } from './definition/definition';
import { ExecutionLog } from './execution-log';
import { noticeStatus } from './execution-notices';
import { Branch } from './interpreter/branch';
import { eventData, History } from './interpreter/history';
import { Interpreter } from './interpreter/interpreter';
import { Aborted, StateError } from './interpreter/state-error';
import type { MachineStore, StoredExecution, StoredStateMachine } from './machine-store';
import type { ChildStarter } from './map-run/map-run';
import { MapRuns } from './map-run/map-runs';
import type { SdkModels } from './sdk-models';
import type { TaskTokens } from './task-tokens';

interface Run {
  readonly history: History;
  readonly controller: AbortController;
  /** Resolves with the execution as it ended. */
  readonly ended: Deferred<StoredExecution>;
}

interface ExecutionsProps {
  readonly cloud: Cloud;
  readonly store: MachineStore;
  readonly tokens: TaskTokens;
  readonly models: SdkModels;
}

type End = Pick<StoredExecution, 'status' | 'output' | 'error' | 'cause'>;

/** Starts executions, and brings them to their end. */
export class Executions implements ChildStarter {
  readonly mapRuns: MapRuns;
  private readonly runs = new Map<string, Run>();

  constructor(private readonly props: ExecutionsProps) {
    this.mapRuns = new MapRuns(props.cloud, props.store, this);
  }

  /** Starts one; its name must be free. */
  start(machine: StoredStateMachine, name: string, input: string, traceHeader?: string): StoredExecution {
    const { cloud, store } = this.props;
    return this.begin({
      arn: store.executionArn(machine, name),
      name,
      machine,
      input,
      traceHeader,
      started: cloud.clock.date(),
      status: 'RUNNING',
    }).execution;
  }

  startChild(machine: StoredStateMachine, input: string, mapRun: NonNullable<StoredExecution['mapRun']>) {
    const { cloud, store } = this.props;
    const name = cloud.uuid();
    return this.begin({
      arn: mapRun.isExpress
        ? cloud.arn('states', `express:${machine.name}:${name}:${cloud.uuid()}`)
        : store.executionArn(machine, name),
      name,
      machine,
      input,
      mapRun,
      started: cloud.clock.date(),
      status: 'RUNNING',
    });
  }

  private begin(execution: StoredExecution) {
    const { cloud, store } = this.props;
    const { machine, input } = execution;
    store.executions.set(execution.arn, execution);
    store.histories.set(execution.arn, []);
    const run = this.newRun(execution);
    run.history.add(
      'ExecutionStarted',
      {
        executionStartedEventDetails: {
          ...eventData('input', JSON.parse(input) as Json),
          input,
          roleArn: machine.roleArn,
        },
      },
      0,
    );
    noticeStatus(cloud, execution);
    this.perform(execution, run);
    return { execution, ended: run.ended.promise };
  }

  /** Ends one; resolves when it has ended. */
  async stop({ arn }: StoredExecution, error?: string, cause?: string): Promise<void> {
    const run = this.runs.get(arn);
    run?.controller.abort(
      new Aborted({ ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) }),
    );
    await run?.ended.promise;
  }

  /** Resolves when an execution has ended, at once if it is not running. */
  async ended(arn: string): Promise<void> {
    await this.runs.get(arn)?.ended.promise;
  }

  /** Those restored from a data folder: an execution lives in the process that runs it. */
  interrupted(): StoredExecution[] {
    return [...this.props.store.executions.values()].filter(
      ({ arn, status }) => status === 'RUNNING' && !this.runs.has(arn),
    );
  }

  /** Ends interrupted executions as failed. */
  failInterrupted(interrupted: readonly StoredExecution[]): void {
    for (const execution of interrupted) {
      const run = this.newRun(execution);
      this.end(execution, run, {
        status: 'FAILED',
        error: 'States.Runtime',
        cause: 'the local cloud was stopped while this execution ran; start another one',
      });
    }
    for (const mapRun of this.props.store.mapRuns.values()) {
      if (mapRun.status === 'RUNNING')
        Object.assign(mapRun, { status: 'FAILED', stopped: this.props.cloud.clock.date() });
    }
  }

  /** Lets go of all executions without ending them. */
  shutDown(): void {
    for (const { history, controller } of this.runs.values()) {
      history.close();
      controller.abort(new Aborted('shutdown'));
    }
  }

  private newRun(execution: StoredExecution): Run {
    const { cloud, store } = this.props;
    const events = store.histories.get(execution.arn) as HistoryEvent[];
    const log = new ExecutionLog(cloud, execution);
    const run: Run = {
      history: new History(cloud.clock, events, (event) => log.add(event)),
      controller: new AbortController(),
      ended: deferred<StoredExecution>(),
    };
    this.runs.set(execution.arn, run);
    return run;
  }

  private perform(execution: StoredExecution, run: Run): void {
    const { cloud, tokens, models } = this.props;
    const definition = JSON.parse(execution.machine.definition) as MachineDefinition;
    const { TimeoutSeconds } = definition;
    const timer =
      TimeoutSeconds === undefined
        ? undefined
        : cloud.clock.after(TimeoutSeconds * 1000, () => run.controller.abort(new Aborted('timeout')));
    const branch = new Branch({
      clock: cloud.clock,
      history: run.history,
      signal: run.controller.signal,
      outerVariables: () => ({}),
      previousEventId: 0,
    });
    const interpreter = new Interpreter({
      cloud,
      tokens,
      models,
      execution: {
        arn: execution.arn,
        stateMachineArn: execution.machine.arn,
        principal: rolePrincipal(execution.machine.roleArn, cloud.id(32)),
        context: contextOf(execution),
      },
      queryLanguage: definition.QueryLanguage ?? 'JSONPath',
      executionEnded: (arn) => this.ended(arn),
      mapRuns: this.mapRuns,
    });
    const finish = (end: End | undefined) => {
      timer?.cancel();
      branch.joinHistory();
      if (end) this.end(execution, run, end);
    };
    branch
      .run(() => interpreter.runWorkflow(definition, JSON.parse(execution.input) as Json, branch))
      .then(
        (output) => finish({ status: 'SUCCEEDED', output: JSON.stringify(output) }),
        (error: unknown) => finish(this.endOf(execution, error)),
      );
  }

  private endOf({ arn }: StoredExecution, error: unknown): End | undefined {
    if (error instanceof StateError) return { status: 'FAILED', error: error.error, cause: error.reason };
    if (!(error instanceof Aborted)) {
      this.props.cloud.log(`states: ${arn} failed: ${(error as Error).stack}`);
      return {
        status: 'FAILED',
        error: 'States.Runtime',
        cause: `the local cloud failed: ${(error as Error).message}`,
      };
    }
    if (error.why === 'timeout') return { status: 'TIMED_OUT' };
    return typeof error.why === 'object' ? { status: 'ABORTED', ...error.why } : undefined;
  }

  private end(execution: StoredExecution, run: Run, end: End): void {
    const { cloud, store } = this.props;
    const ended: StoredExecution = { ...execution, ...end, stopped: cloud.clock.date() };
    recordEnd(run.history, ended);
    store.executions.set(ended.arn, ended);
    this.runs.delete(ended.arn);
    noticeStatus(cloud, ended);
    if (ended.mapRun?.isExpress) {
      store.executions.delete(ended.arn);
      store.histories.delete(ended.arn);
    }
    store.removeIfDone(ended.machine.arn);
    run.ended.resolve(ended);
  }
}

function recordEnd(history: History, { status, output, error, cause }: StoredExecution): void {
  const previous = history.lastEventId;
  switch (status) {
    case 'SUCCEEDED':
      history.add(
        'ExecutionSucceeded',
        { executionSucceededEventDetails: { output, outputDetails: { truncated: false } } },
        previous,
      );
      break;
    case 'ABORTED':
      history.add('ExecutionAborted', { executionAbortedEventDetails: { error, cause } }, previous);
      break;
    case 'TIMED_OUT':
      history.add('ExecutionTimedOut', { executionTimedOutEventDetails: { error, cause } }, previous);
      break;
    default:
      history.add('ExecutionFailed', { executionFailedEventDetails: { error, cause } }, previous);
  }
}

/** The context object without what belongs to a state. */
function contextOf({ arn, name, machine, input, started }: StoredExecution): JsonObject {
  return {
    Execution: {
      Id: arn,
      Input: JSON.parse(input) as Json,
      Name: name,
      RoleArn: machine.roleArn,
      StartTime: started.toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
  };
}
