import { AwsError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import type { IamService } from '../../iam/iam-service';
import { type Deferred, deferred } from '../../lambda/deferred';
import type { Json } from '../definition/definition';
import { Aborted, StateError } from '../interpreter/state-error';
import type { Waiting } from '../interpreter/waiting';
import type { StoredExecution, StoredStateMachine } from '../machine-store';
import type { ChildInput } from './item-batcher';
import type { MapRunCounts, MapRunLimits, StoredMapRun } from './stored-map-run';

/** Starts and stops the child executions of a Map Run. */
export interface ChildStarter {
  /** `ended` resolves with the execution as it ended. */
  startChild(
    machine: StoredStateMachine,
    input: string,
    mapRun: NonNullable<StoredExecution['mapRun']>,
  ): { readonly execution: StoredExecution; readonly ended: Promise<StoredExecution> };
  stop(execution: StoredExecution): Promise<void>;
}

interface MapRunProps {
  readonly cloud: Cloud;
  readonly record: StoredMapRun;
  readonly machine: StoredStateMachine;
  readonly isExpress: boolean;
  readonly children: ChildStarter;
  readonly ended: () => void;
}

/**
 * Results of the child executions, in the order of their inputs; inputs without a result were not started.
 */
export interface MapRunOutcome {
  readonly results: readonly StoredExecution[];
  readonly pending: readonly ChildInput[];
}

/**
 * The threshold's error: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function thresholdError(): StateError {
  return new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

/** One run of a distributed Map state: starts a child execution for each input, as many at once as it may. */
export class MapRun {
  private inputs: readonly ChildInput[] = [];
  private results: (StoredExecution | undefined)[] = [];
  private readonly running = new Map<string, StoredExecution>();
  private next = 0;
  private failure: unknown;
  private readonly done: Deferred<void> = deferred<void>();

  constructor(private readonly props: MapRunProps) {}

  get arn(): string {
    return this.props.record.arn;
  }

  /** The machine of the child executions. */
  get machine(): StoredStateMachine {
    return this.props.machine;
  }

  /**
   * Runs the child executions until all have ended, or too many items failed.
   *
   * @throws StateError States.ExceedToleratedFailureThreshold, States.Permissions, or the reason of an abort,
   *   after the others have been stopped
   */
  async perform(inputs: readonly ChildInput[], waiting: Waiting): Promise<void> {
    this.inputs = inputs;
    this.results = new Array(inputs.length).fill(undefined);
    const { executionCounts, itemCounts } = this.props.record;
    executionCounts.total = executionCounts.pending = inputs.length;
    itemCounts.total = itemCounts.pending = inputs.reduce((sum, { itemCount }) => sum + itemCount, 0);
    const aborted = () => this.abort(waiting.signal.reason);
    waiting.signal.addEventListener('abort', aborted, { once: true });
    if (waiting.signal.aborted) aborted();
    this.startMore();
    await waiting.forParts(this.done.promise);
    waiting.signal.removeEventListener('abort', aborted);
    if (this.failure !== undefined) throw this.failure;
  }

  get outcome(): MapRunOutcome {
    return {
      results: this.results.filter((result) => result !== undefined),
      pending: this.inputs.slice(this.next),
    };
  }

  end(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
    const { cloud, record, ended } = this.props;
    record.status = status;
    record.stopped = cloud.clock.date();
    // Without a ResultWriter too, as LocalStack recorded on AWS (test_list_map_runs_and_describe_map_run).
    for (const counts of [record.executionCounts, record.itemCounts])
      counts.resultsWritten = counts.succeeded + counts.failed + counts.timedOut + counts.aborted;
    ended();
  }

  update(limits: Partial<MapRunLimits>): void {
    Object.assign(this.props.record, limits);
    this.checkTolerance();
    this.startMore();
  }

  private startMore(): void {
    const { record } = this.props;
    while (
      this.failure === undefined &&
      this.running.size < record.maxConcurrency &&
      this.next < this.inputs.length
    )
      this.startNext();
    const isOver = this.failure !== undefined || this.next === this.inputs.length;
    if (isOver && this.running.size === 0) this.done.resolve();
  }

  private startNext(): void {
    const { machine, children, record, isExpress } = this.props;
    const index = this.next;
    const { text, itemCount } = this.inputs[index] as ChildInput;
    if (!this.isAllowed('states:StartExecution', rootMachine(machine.arn))) return;
    this.next++;
    const { execution, ended } = children.startChild(machine, text, {
      arn: record.arn,
      itemCount,
      isExpress,
    });
    this.running.set(execution.arn, execution);
    this.count('pending', -1, itemCount);
    this.count('running', 1, itemCount);
    ended.then((result) => this.childEnded(index, result));
  }

  private childEnded(index: number, result: StoredExecution): void {
    const { itemCount } = this.inputs[index] as ChildInput;
    const { isExpress } = this.props;
    if (!isExpress) this.isAllowed('states:DescribeExecution', executionResource(result));
    this.results[index] = result;
    this.running.delete(result.arn);
    this.count('running', -1, itemCount);
    this.count(COUNTED_AS[result.status] ?? 'failed', 1, itemCount);
    this.checkTolerance();
    this.startMore();
  }

  /**
   * Failed and timed-out items count; without limits none may fail. A limit that is not given does not count
   * if the other is.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
   */
  private checkTolerance(): void {
    const { itemCounts, toleratedFailureCount, toleratedFailurePercentage } = this.props.record;
    const failed = itemCounts.failed + itemCounts.timedOut;
    const isOfNone = toleratedFailureCount === undefined && toleratedFailurePercentage === undefined;
    const most = isOfNone ? 0 : (toleratedFailureCount ?? Infinity);
    const mostPercent = toleratedFailurePercentage ?? Infinity;
    if (failed > most || (100 * failed) / itemCounts.total > mostPercent) this.abort(thresholdError());
  }

  /** Starts no more child executions, and stops those that run. */
  private abort(reason: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = reason;
    // At a shutdown nothing ends any more.
    if (reason instanceof Aborted && reason.why === 'shutdown') this.done.resolve();
    for (const execution of [...this.running.values()]) {
      if (!this.props.isExpress) this.isAllowed('states:StopExecution', executionResource(execution));
      void this.props.children.stop(execution);
    }
    this.startMore();
  }

  /** Whether the machine's role may; the run fails if not. */
  private isAllowed(action: string, resource: string): boolean {
    const { cloud, machine } = this.props;
    const { roleArn } = machine;
    if (cloud.service<IamService>('iam').isAllowed(roleArn, 'states', action, resource)) return true;
    const { message } = new AwsError(
      'AccessDeniedException',
      `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
    );
    this.abort(new StateError('States.Permissions', message));
    return false;
  }

  private count(name: Exclude<keyof MapRunCounts, 'total'>, by: 1 | -1, items: number): void {
    const { executionCounts, itemCounts } = this.props.record;
    executionCounts[name] += by;
    itemCounts[name] += by * items;
  }
}

const COUNTED_AS: Readonly<Record<string, 'succeeded' | 'failed' | 'timedOut' | 'aborted'>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

/** The machine whose Map state it is: what the role must be allowed to start. */
function rootMachine(childMachineArn: string): string {
  return childMachineArn.split('/')[0] ?? childMachineArn;
}

/**
 * `execution:<machine>:<name>`, without the label: AWS's own policy allows DescribeExecution and
 * StopExecution on `execution:<machine>:*`, which no ARN with a label would match.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
function executionResource({ arn }: StoredExecution): string {
  return arn.replace(/\/[^:]*:/, ':');
}

/** The output of an execution that succeeded. */
export function outputOf({ output }: StoredExecution): Json {
  return JSON.parse(output ?? 'null') as Json;
}
