import type { Schedule } from './schedule';

/**
 * The smallest schedule that still breaks something, by leaving one thing out after the other: faults, steps,
 * waits. Greedy, so that it is small, and not always the smallest.
 *
 * @param breaks runs a schedule, and tells what it broke
 */
export async function shrink(
  schedule: Schedule,
  breaks: (schedule: Schedule) => Promise<readonly string[]>,
): Promise<Schedule> {
  for (const smaller of smallerThan(schedule)) {
    if ((await breaks(smaller)).length > 0) return shrink(smaller, breaks);
  }
  return schedule;
}

function* smallerThan(schedule: Schedule): Generator<Schedule> {
  const { faults, steps, ...rest } = schedule;
  if (faults) yield { ...rest, steps };
  for (const index of steps.keys()) {
    const left = steps.filter((_, other) => other !== index);
    // What was begun must come to its end to be judged.
    const last = left.pop();
    if (last) yield { ...schedule, steps: [...left, { ...last, wait: 'settled' }] };
  }
  for (const [index, { wait }] of steps.entries()) {
    if (typeof wait !== 'number' || wait === 0) continue;
    yield { ...schedule, steps: steps.map((step, other) => (other === index ? { ...step, wait: 0 } : step)) };
  }
}
