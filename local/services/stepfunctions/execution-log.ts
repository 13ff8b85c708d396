import type { HistoryEvent, LogLevel } from '@aws-sdk/client-sfn';
import { accountPrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { StoredExecution } from './machine-store';

/** Writes the history of an execution to the log group of its machine, as its log level asks. */
export class ExecutionLog {
  private readonly level: LogLevel;
  private readonly withData: boolean;
  private readonly logGroupName: string | undefined;
  private readonly logStreamName: string;
  private writing: Promise<void> | undefined;
  private readonly pending: { timestamp: number; message: string }[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly execution: StoredExecution,
  ) {
    const { level = 'OFF', includeExecutionData = false, destinations = [] } = execution.machine.logging;
    this.level = level;
    this.withData = includeExecutionData;
    this.logGroupName = logGroupName(destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn);
    const minute = execution.started.toISOString().slice(0, 16).replace(/[T:]/g, '-');
    this.logStreamName = `states/${execution.machine.name}/${minute}/${cloud.id(8, 'hex')}`;
  }

  add(event: HistoryEvent): void {
    if (!isLogged(event, this.level) || this.logGroupName === undefined) return;
    const timestamp = Math.floor(this.cloud.clock.now());
    this.pending.push({ timestamp, message: JSON.stringify(this.entry(event, timestamp)) });
    this.writing ??= this.cloud.clock.track(this.write());
  }

  private entry(event: HistoryEvent, timestamp: number): object {
    return {
      id: String(event.id),
      type: event.type,
      details: eventDetails(event, this.withData),
      previous_event_id: String(event.previousEventId),
      event_timestamp: String(timestamp),
      execution_arn: this.execution.arn,
      redrive_count: '0',
    };
  }

  /** As on AWS, a log that cannot be written harms no execution. */
  private async write(): Promise<void> {
    const { logGroupName, logStreamName } = this;
    try {
      await this.call('CreateLogStream', { logGroupName, logStreamName }).catch((error: Error) => {
        if (error.name !== 'ResourceAlreadyExistsException') throw error;
      });
      while (this.pending.length > 0)
        await this.call('PutLogEvents', {
          logGroupName,
          logStreamName,
          logEvents: this.pending.splice(0, 1000),
        });
    } catch (error) {
      this.cloud.log(`states: no log of ${this.execution.arn}: ${(error as Error).message}`);
    }
    this.writing = undefined;
  }

  private call(operation: string, input: object): Promise<unknown> {
    return this.cloud.call('logs', operation, input, accountPrincipal(this.cloud.account));
  }
}

/** The name in the ARN of a log group. */
export function logGroupName(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : /:log-group:([^:]+)/.exec(arn)?.[1];
}

const FATAL = ['ExecutionAborted', 'ExecutionFailed', 'ExecutionTimedOut'];

function isLogged({ type = 'ExecutionStarted' }: HistoryEvent, level: LogLevel): boolean {
  if (level === 'ALL') return true;
  if (level === 'FATAL') return FATAL.includes(type);
  return level === 'ERROR' && /(Failed|TimedOut|Aborted)$|^FailStateEntered$/.test(type);
}

/** Members of event details that are the user's data. */
export const EXECUTION_DATA = ['input', 'output', 'parameters', 'assignedVariables'];

/** The one member of an event that says more, with the JSON in it read. */
function eventDetails(event: HistoryEvent, withData: boolean): object {
  const [, details = {}] = Object.entries(event).find(([name]) => name.endsWith('EventDetails')) ?? [];
  return Object.fromEntries(
    Object.entries(details as Record<string, unknown>).filter(
      ([name]) => withData || !EXECUTION_DATA.some((data) => name === data || name === `${data}Details`),
    ),
  );
}
