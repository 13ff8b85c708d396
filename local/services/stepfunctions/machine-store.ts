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

  constructor(private readonly cloud: Cloud) {
    this.machines = cloud.table('states/machines');
    this.executions = cloud.table('states/executions');
    this.histories = cloud.table('states/histories');
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

  /** Newest first. */
  executionsOf({ arn }: StoredStateMachine): StoredExecution[] {
    return [...this.executions.values()].filter(({ machine }) => machine.arn === arn).reverse();
  }

  /** Removes a machine that is being deleted once none of its executions runs any more. */
  removeIfDone(arn: string): void {
    const machine = this.machines.get(arn);
    if (machine?.status !== 'DELETING') return;
    const executions = this.executionsOf(machine);
    if (executions.some(({ status }) => status === 'RUNNING')) return;
    for (const execution of executions) {
      this.executions.delete(execution.arn);
      this.histories.delete(execution.arn);
    }
    this.machines.delete(arn);
  }
}

function requireArn(arn: string | undefined, kind: 'stateMachine' | 'execution'): void {
  const [prefix, , service, , , type] = (arn ?? '').split(':');
  if (prefix !== 'arn' || service !== 'states')
    throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  if (type !== kind)
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
}
