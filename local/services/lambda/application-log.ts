import type { LoggingConfiguration } from './stored-function';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** RFC 3339 */
const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Whether Lambda sends a line of a function to its log. With the JSON format it compares the line's `level`
 * with the application log level. "If the "level" value field is invalid or missing, Lambda will assign the
 * log output the level INFO", and likewise "if you don't supply a valid timestamp". (Lambda then also adds a
 * timestamp; here the line stays as it is.)
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function isDelivered(
  line: string,
  { format, applicationLevel = 'INFO' }: LoggingConfiguration,
): boolean {
  if (format !== 'JSON') return true;
  return LEVELS.indexOf(levelOf(line)) >= LEVELS.indexOf(applicationLevel);
}

function levelOf(line: string): string {
  const { level, timestamp } = fields(line);
  const name = String(level).toUpperCase();
  return LEVELS.includes(name) && TIMESTAMP.test(String(timestamp)) ? name : 'INFO';
}

function fields(line: string): { readonly level?: unknown; readonly timestamp?: unknown } {
  try {
    return (JSON.parse(line) as object | null) ?? {};
  } catch {
    return {};
  }
}
