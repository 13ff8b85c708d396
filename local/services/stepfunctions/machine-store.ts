import type {
  EncryptionConfiguration,
  ExecutionStatus,
  HistoryEvent,
  LoggingConfiguration,
  StateMachineStatus,
  TracingConfiguration,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { StoredMapRun } from './map-run/stored-map-run';

export interface StoredStateMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  /** Kept and told; the local cloud traces nothing. */
  readonly tracing: TracingConfiguration;
  readonly encryption?: EncryptionConfiguration | undefined;
  readonly created: Date;
  readonly updated: Date;
  /** Absent until the first update. */
  readonly revisionId?: string | undefined;
  readonly status: StateMachineStatus;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StoredExecution {
  readonly arn: string;
  readonly name: string;
  /** As it was when the execution started. */
  readonly machine: StoredStateMachine;
  readonly input: string;
  readonly traceHeader?: string | undefined;
  /** Of a child execution of a distributed Map state. */
  readonly mapRun?: {
    readonly arn: string;
    readonly itemCount: number;
    /** EXPRESS executions are neither described nor listed, and have no history. */
    readonly isExpress: boolean;
  };
  readonly started: Date;
  readonly status: ExecutionStatus;
  readonly stopped?: Date | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** State machines, their executions, and what happened in these. */
export class MachineStore {
  readonly machines: Map<string, StoredStateMachine>;
  readonly executions: Map<string, StoredExecution>;
  readonly histories: Map<string, HistoryEvent[]>;
  readonly mapRuns: Map<string, StoredMapRun>;

  constructor(private readonly cloud: Cloud) {
    this.machines = cloud.table('states/machines');
    this.executions = cloud.table('states/executions');
    this.histories = cloud.table('states/histories');
    this.mapRuns = cloud.table('states/map-runs');
  }

  machineArn(name: string): string {
    return this.cloud.arn('states', `stateMachine:${name}`);
  }

  executionArn(machine: StoredStateMachine, name: string): string {
    return this.cloud.arn('states', `execution:${machine.name}:${name}`);
  }

  /** @throws AwsError InvalidArn, StateMachineDoesNotExist */
  machine(arn: string | undefined): StoredStateMachine {
    requireArn(arn, 'stateMachine');
    const machine = this.machines.get(arn ?? '');
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** @throws AwsError StateMachineDeleting besides those of `machine` */
  activeMachine(arn: string | undefined): StoredStateMachine {
    const machine = this.machine(arn);
    if (machine.status === 'DELETING')
      throw new AwsError('StateMachineDeleting', `State machine is being deleted: '${arn}'`);
    return machine;
  }

  /** @throws AwsError InvalidArn, ExecutionDoesNotExist */
  execution(arn: string | undefined): StoredExecution {
    requireArn(arn, 'execution');
    const execution = this.executions.get(arn ?? '');
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** @throws AwsError InvalidArn, ResourceNotFound */
  mapRun(arn: string | undefined): StoredMapRun {
    requireArn(arn, 'mapRun');
    const run = this.mapRuns.get(arn ?? '');
    if (!run) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return run;
  }

  /** Of a Map Run, newest first; those of type EXPRESS are not listed. */
  childExecutions(mapRunArn: string): StoredExecution[] {
    return [...this.executions.values()]
      .filter(({ mapRun }) => mapRun?.arn === mapRunArn && !mapRun.isExpress)
      .reverse();
  }

  /** Newest first. */
  executionsOf({ arn }: StoredStateMachine): StoredExecution[] {
    return [...this.executions.values()].filter(({ machine }) => machine.arn === arn).reverse();
  }

  /** Removes a machine that is being deleted once none of its executions runs any more. */
  removeIfDone(arn: string): void {
    const machine = this.machines.get(arn);
    if (machine?.status !== 'DELETING') return;
    const executions = [...this.executions.values()].filter(
      (execution) => execution.machine.arn === arn || execution.machine.arn.startsWith(`${arn}/`),
    );
    if (executions.some(({ status }) => status === 'RUNNING')) return;
    for (const execution of executions) {
      this.executions.delete(execution.arn);
      this.histories.delete(execution.arn);
    }
    for (const run of [...this.mapRuns.values()])
      if (run.stateMachineArn.startsWith(`${arn}/`)) this.mapRuns.delete(run.arn);
    this.machines.delete(arn);
  }
}

function requireArn(arn: string | undefined, kind: 'stateMachine' | 'execution' | 'mapRun'): void {
  const [prefix, , service, , , type] = (arn ?? '').split(':');
  if (prefix !== 'arn' || service !== 'states')
    throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  if (type !== kind)
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
}
