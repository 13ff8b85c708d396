const MINUTE = 60_000;

/** `12,345` */
export function inThousands(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A share between 0 and 1 with two significant digits: `0.42 %`, `12 %`, `100 %`. */
export function inPercent(share: number): string {
  return `${Number((100 * share).toPrecision(share >= 0.995 ? 3 : 2))} %`;
}

/** Microseconds with three significant digits: `640 µs`, `28.1 ms`, `1.2 s`. */
export function asLatency(micros: number): string {
  const rounded = Number(micros.toPrecision(3));
  if (rounded < 1e3) return `${rounded} µs`;
  return rounded < 1e6 ? `${rounded / 1e3} ms` : `${rounded / 1e6} s`;
}

/** `less than a minute`, `1 minute`, `42 minutes`, `2 h 5 min`, `3 days 4 h` */
export function asDuration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  if (minutes < 48 * 60) return withRest(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return withRest(Math.floor(hours / 24), 'days', hours % 24, 'h');
}

/** `2026-11-24 10:05` in UTC. */
export function asMinute(time: string | Date): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** `10:05` in UTC. */
export function asClock(time: string | Date): string {
  return asMinute(time).slice(11);
}

function withRest(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
