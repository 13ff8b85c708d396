import type { Principal } from '../gateway/principal';
import type { Cloud } from '../gateway/service';

const TAIL_BYTES = 4096;
const LARGEST_BATCH = 1000;

/** Writes to the log stream of one process, with the rights of its function's role. */
export class LogWriter {
  private pending: { timestamp: number; message: string }[] = [];
  private writing: Promise<void> = Promise.resolve();
  private tail = '';
  private state: 'new' | 'open' | 'refused' = 'new';

  constructor(
    private readonly cloud: Cloud,
    private readonly principal: Principal,
    private readonly group: string,
    private readonly stream: string,
  ) {}

  write(messages: readonly string[]): void {
    if (messages.length === 0) return;
    const timestamp = Math.floor(this.cloud.clock.now());
    for (const message of messages) {
      this.pending.push({ timestamp, message });
      this.tail = `${this.tail}${message.replace(/\n$/, '')}\n`.slice(-TAIL_BYTES);
    }
    this.writing = this.writing.then(() => this.drain());
  }

  /** Resolves when everything is in the log. */
  flush(): Promise<void> {
    return this.writing;
  }

  /** The end of what was written since the last call, at most 4 KB. */
  takeTail(): string {
    const { tail } = this;
    this.tail = '';
    return tail;
  }

  private async drain(): Promise<void> {
    const events = this.pending.splice(0, LARGEST_BATCH);
    if (events.length === 0 || this.state === 'refused') return;
    try {
      await this.open();
      const target = { logGroupName: this.group, logStreamName: this.stream };
      await this.call('PutLogEvents', { ...target, logEvents: events });
    } catch (error) {
      // As on AWS, a function without the permission works, but leaves no log.
      this.state = 'refused';
      this.cloud.log(`no logs in ${this.group}: ${(error as Error).message}`);
    }
    await this.drain();
  }

  private async open(): Promise<void> {
    if (this.state !== 'new') return;
    const stream = { logGroupName: this.group, logStreamName: this.stream };
    try {
      await this.call('CreateLogStream', stream);
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      await this.call('CreateLogGroup', { logGroupName: this.group }).catch((failure: Error) => {
        if (failure.name !== 'ResourceAlreadyExistsException') throw failure;
      });
      await this.call('CreateLogStream', stream);
    }
    this.state = 'open';
  }

  private call(operation: string, input: object): Promise<unknown> {
    return this.cloud.call('logs', operation, input, this.principal);
  }
}
