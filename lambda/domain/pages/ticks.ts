const MINUTE = 60_000;
/** Steps between times, in minutes. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080];

/** Multiples of a round step from at or below `low` to at or above `high`: about `steps` steps. */
export function roundTicks(low: number, high: number, steps: number): number[] {
  const rough = (high - low) / steps || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  // Multiples, since sums would come to 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Round times in UTC within a span, at most `most` and one. */
export function timeTicks(start: number, end: number, most: number): Date[] {
  const minutes = TIME_STEPS.find((one) => (end - start) / (one * MINUTE) <= most) ?? 40_320;
  const step = minutes * MINUTE;
  const ticks: Date[] = [];
  for (let time = Math.ceil(start / step) * step; time <= end; time += step) ticks.push(new Date(time));
  return ticks;
}

/** `14:30`, or `Nov 24` where a day begins. */
export function timeLabel(tick: Date): string {
  const clock = tick.toISOString().slice(11, 16);
  if (clock !== '00:00') return clock;
  return tick.toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}
