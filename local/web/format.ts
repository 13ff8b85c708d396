/** `2026-11-24 19:42:12`, in UTC. */
export function time(date: Date | undefined): string {
  return date ? date.toISOString().slice(0, 19).replace('T', ' ') : '–';
}

/** `19:42:12`, in UTC. */
export function timeOfDay(date: Date): string {
  return date.toISOString().slice(11, 19);
}

/** `just now`, `5 min ago`, `in 2 h`. */
export function ago(date: Date | undefined, now: Date): string {
  if (!date) return '–';
  const milliseconds = now.getTime() - date.getTime();
  if (Math.abs(milliseconds) < 5000) return 'just now';
  const text = roughly(Math.abs(milliseconds));
  return milliseconds < 0 ? `in ${text}` : `${text} ago`;
}

/** `120 ms`, `12.4 s`, `31 min 5 s`, `2 h 3 min`, `4 d 2 h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${trimmed(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(seconds / 3600);
  return parts(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A number as short as four significant digits let it be: `1,290`, `0.0274`, `1.3e+9`. */
export function quantity(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return trimmed(value.toExponential(2));
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return trimmed(Number(value.toPrecision(4)).toString());
}

/** Microseconds, as SageMaker's latencies are: `640 µs`, `28.1 ms`, `1.2 s`. */
export function microseconds(value: number): string {
  if (value < 1000) return `${quantity(value)} µs`;
  if (value < 1e6) return `${quantity(Number((value / 1000).toPrecision(3)))} ms`;
  return `${quantity(Number((value / 1e6).toPrecision(3)))} s`;
}

/** A share between 0 and 1. */
export function percentage(share: number): string {
  return `${trimmed((share * 100).toFixed(1))} %`;
}

/** What stands after the last `:` or `/` of an ARN. */
export function nameInArn(arn: string): string {
  return arn.split(/[:/]/).pop() ?? arn;
}

function roughly(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Without zeros at the end of a fraction. */
function trimmed(text: string): string {
  return text.replace(/(\.\d*?)0+(?=$|e)/, '$1').replace(/\.(?=$|e)/, '');
}
