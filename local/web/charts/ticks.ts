/** Round values from at or below `low` to at or above `high`, about `count` steps apart. */
export function valueTicks(low: number, high: number, count = 4): number[] {
  const step = niceStep((high - low) / count || Math.abs(high) / count || 1 / count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  // Multiples, rounded: repeated sums would show 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Round moments in UTC within a span, at most `count` of them. */
export function timeTicks(start: Date, end: Date, count = 7): Date[] {
  const span = end.getTime() - start.getTime();
  const step = TIME_STEPS.find((one) => span / one <= count) ?? DAY * Math.ceil(span / count / DAY);
  const ticks: Date[] = [];
  for (let time = Math.ceil(start.getTime() / step) * step; time <= end.getTime(); time += step)
    ticks.push(new Date(time));
  return ticks;
}

/** `14:30`, or `Nov 24` where a day begins and for spans of days. */
export function timeLabel(tick: Date): string {
  const [, clock = ''] = tick.toISOString().slice(0, 16).split('T');
  if (clock !== '00:00') return clock;
  return tick.toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14].map((days) => days * DAY),
];

/** 1, 2, 2.5 or 5 times a power of ten, at least `size`. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}
