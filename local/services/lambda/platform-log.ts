import type { FunctionVersion } from './stored-function';

export interface InvocationReport {
  readonly requestId: string;
  /** Milliseconds of real time. */
  readonly duration: number;
  /** Milliseconds; only for the first invocation of a process. */
  readonly initDuration?: number | undefined;
  /** MiB */
  readonly maxMemoryUsed: number;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string | undefined;
}

/** What Lambda itself writes to a function's log. */
export interface PlatformLog {
  start(requestId: string): string[];
  /** Lines that end an invocation. */
  end(report: InvocationReport): string[];
}

/**
 * @param now the cloud's time
 */
export function platformLog(version: FunctionVersion, now: () => Date): PlatformLog {
  return version.logging.format === 'JSON' ? jsonLog(version, now) : textLog(version);
}

function textLog({ version, memorySize }: FunctionVersion): PlatformLog {
  return {
    start: (requestId) => [`START RequestId: ${requestId} Version: ${version}\n`],
    end: ({ requestId, duration, initDuration, maxMemoryUsed, status, errorType }) => {
      const fields = [
        `REPORT RequestId: ${requestId}`,
        `Duration: ${duration.toFixed(2)} ms`,
        `Billed Duration: ${Math.ceil(duration)} ms`,
        `Memory Size: ${memorySize} MB`,
        `Max Memory Used: ${maxMemoryUsed} MB`,
        ...(initDuration === undefined ? [] : [`Init Duration: ${initDuration.toFixed(2)} ms`]),
        ...(status === 'success' ? [] : [`Status: ${status}`]),
        ...(status === 'error' ? [`Error Type: ${errorType}`] : []),
      ];
      return [`END RequestId: ${requestId}\n`, `${fields.join('\t')}\t\n`];
    },
  };
}

function jsonLog({ version, memorySize, logging }: FunctionVersion, now: () => Date): PlatformLog {
  // "System log level event mapping": a start is at level INFO, and so is a report whose status is success;
  // any other is at level WARN.
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
  const line = (level: 'INFO' | 'WARN', type: string, record: object) =>
    level === 'INFO' && logging.systemLevel === 'WARN'
      ? []
      : [JSON.stringify({ time: now().toISOString(), type, record })];
  return {
    start: (requestId) => line('INFO', 'platform.start', { requestId, version }),
    end: ({ requestId, duration, initDuration, maxMemoryUsed, status, errorType }) =>
      line(status === 'success' ? 'INFO' : 'WARN', 'platform.report', {
        requestId,
        metrics: {
          durationMs: duration,
          billedDurationMs: Math.ceil(duration),
          memorySizeMB: memorySize,
          maxMemoryUsedMB: maxMemoryUsed,
          initDurationMs: initDuration,
        },
        status,
        errorType,
      }),
  };
}
