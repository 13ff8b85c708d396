/** A line of a function's log, as the functions (by Powertools), their runtime and Lambda itself write it. */
interface LogFields {
  readonly level?: unknown;
  /** The runtime nests what was thrown. */
  readonly message?: unknown;
  readonly error?: { readonly name?: string; readonly message?: string; readonly stack?: string };
  /** Lambda's own lines, of system logs. */
  readonly type?: unknown;
  readonly record?: { readonly status?: string; readonly errorType?: string };
  /** Of metrics. */
  readonly _aws?: unknown;
}

/** What the reader of a log knows already, or never asks for. */
const USUAL = [
  ...['level', 'message', 'timestamp', 'error', 'service', 'pipeline', 'executionId', 'requestId'],
  ...['cold_start', 'function_arn', 'function_memory_size', 'function_name', 'function_request_id'],
  ...['sampling_rate', 'xray_trace_id'],
];

/** The line as people read it: level, message, other fields, error with its stack. */
export function readableLine(message: string): string {
  const fields = fieldsOf(message);
  if (!fields) return message;
  if (typeof fields.type === 'string' && fields.record) return systemLine(fields.type, fields.record);
  if (typeof fields.level !== 'string') return message;
  const others = Object.entries(fields)
    .filter(([name]) => !USUAL.includes(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  const { error } = fields;
  const stack = error && (error.stack ?? `${error.name}: ${error.message}`);
  return [
    [fields.level, textOf(fields.message), ...others].join(' '),
    ...(stack === undefined ? [] : stack.split('\n').map((line) => `  ${line}`)),
  ].join('\n');
}

/** Whether the line says only that an invocation began or ended well, or carries metrics. */
export function isRoutine(message: string): boolean {
  const fields = fieldsOf(message);
  if (!fields) {
    const isReport = /^REPORT /.test(message) && !/\tStatus: /.test(message);
    return isReport || /^(INIT_START|START|END) /.test(message);
  }
  if (fields._aws !== undefined) return true;
  if (typeof fields.type !== 'string' || !fields.type.startsWith('platform.')) return false;
  return (fields.record?.status ?? 'success') === 'success';
}

function systemLine(type: string, { status, errorType }: NonNullable<LogFields['record']>): string {
  return [type, status, errorType].filter((part) => part !== undefined).join(' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fieldsOf(message: string): LogFields | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as LogFields;
  } catch {
    return undefined;
  }
}
