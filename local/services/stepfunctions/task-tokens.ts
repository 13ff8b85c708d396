import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { type Deferred, deferred } from '../lambda/deferred';
import type { Json } from './definition/definition';
import { StateError } from './interpreter/state-error';

/** A task that waits for somebody to come back with its token. */
export interface PendingTask {
  readonly token: string;
  /** What it was told; an error is a value here, so that nothing rejects unheard. */
  readonly outcome: Promise<Json | StateError>;
  onHeartbeat: () => void;
  /** The task has ended; the token is of no use any more. */
  close(): void;
}

/** The tokens given out to tasks that wait for a call. */
export class TaskTokens {
  private readonly pending = new Map<string, PendingTask & Deferred<Json | StateError>>();
  /** State machines of all tokens ever given out. */
  private readonly machines = new Map<string, string>();

  constructor(private readonly cloud: Cloud) {}

  open(stateMachineArn: string): PendingTask {
    const { promise, resolve } = deferred<Json | StateError>();
    const token = Buffer.from(this.cloud.id(96, 'hex')).toString('base64');
    const close = () => {
      this.pending.delete(token);
    };
    const task = { token, outcome: promise, promise, resolve, onHeartbeat: () => {}, close };
    this.pending.set(token, task);
    this.machines.set(token, stateMachineArn);
    return task;
  }

  /** @throws AwsError InvalidToken, TaskTimedOut */
  succeed(token: string, output: Json): void {
    this.find(token).resolve(output);
  }

  /** @throws AwsError InvalidToken, TaskTimedOut */
  fail(token: string, error?: string, cause?: string): void {
    this.find(token).resolve(new StateError(error, cause));
  }

  /** @throws AwsError InvalidToken, TaskTimedOut */
  heartbeat(token: string): void {
    this.find(token).onHeartbeat();
  }

  /** The state machine whose task has a token, undefined if there is no such token. */
  machineOf(token: string): string | undefined {
    return this.machines.get(token);
  }

  private find(token: string) {
    const task = this.pending.get(token);
    if (task) return task;
    throw this.machines.has(token)
      ? new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
      : new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}
