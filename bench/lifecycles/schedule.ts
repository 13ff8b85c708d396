import type { FaultOptions } from '../../local/gateway/faults';
import { Random } from '../random';
import { VERSIONS, type Version } from './in-process-models';

/** Something that happens to a pipeline. */
export type Operation =
  | { readonly do: 'release'; readonly version: Version }
  /** What a deployment with other hosting settings asks for: production once more, after the others. */
  | { readonly do: 'change-hosting' }
  | { readonly do: 'roll-back' }
  /** The execution of the release under way is stopped, as in the console. */
  | { readonly do: 'kill' };

export interface Step {
  readonly operation: Operation;
  /** Until the next one; `settled` lets all that was begun come to its end, and is then checked. */
  readonly wait: number | 'settled';
}

/** What happens to one pipeline, from its beginning, and what calls fail meanwhile. */
export interface Schedule {
  readonly seed: number;
  readonly faults?: FaultOptions;
  readonly steps: readonly Step[];
}

/** Faults fall on what the workflows and their functions call. */
const FAULTY = [
  'sagemaker',
  'sagemaker-runtime',
  's3',
  'ssm',
  'lambda',
  'sns',
  'events',
  'monitoring',
  'states',
];
const KINDS: readonly (readonly [Operation['do'], weight: number])[] = [
  ['release', 10],
  ['change-hosting', 2],
  ['roll-back', 3],
  ['kill', 3],
];

/** The schedule of a seed. It begins with a release, and half of all have faults. */
export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed);
  const length = 2 + Math.floor(random.uniform() * 3);
  const steps = Array.from({ length }, (_, index): Step => {
    const kind = index === 0 ? 'release' : draw(random, KINDS);
    const isLast = index === length - 1;
    return {
      operation: operationOf(kind, random),
      wait: isLast || random.uniform() < 0.4 ? 'settled' : pause(random),
    };
  });
  const rate = random.uniform() < 0.5 ? 0 : 0.01 + 0.09 * random.uniform();
  return { seed, steps, ...(rate > 0 && { faults: { rate, seed, services: FAULTY } }) };
}

function operationOf(kind: Operation['do'], random: Random): Operation {
  return kind === 'release'
    ? {
        do: kind,
        version: draw(
          random,
          Object.keys(VERSIONS).map((version) => [version as Version, 1]),
        ),
      }
    : { do: kind };
}

/** Seconds, up to as long as a release takes. */
function pause(random: Random): number {
  return 5 * Math.floor(random.uniform() * 60);
}

function draw<T>(random: Random, weighted: readonly (readonly [T, number])[]): T {
  const tickets = weighted.flatMap(([value, weight]) => Array.from({ length: weight }, () => value));
  return tickets[Math.floor(random.uniform() * tickets.length)] as T;
}

/** A line a step, for people. */
export function scheduleText({ seed, faults, steps }: Schedule): string {
  return [
    `schedule ${seed}${faults ? `, ${(100 * faults.rate).toFixed(1)} % of the calls fail` : ''}`,
    ...steps.map(({ operation, wait }) => {
      const what = operation.do === 'release' ? `release ${operation.version}` : operation.do;
      return `  ${what}, then ${wait === 'settled' ? 'until all has settled' : `${wait} s`}`;
    }),
  ].join('\n');
}
