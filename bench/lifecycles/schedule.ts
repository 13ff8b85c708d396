import type { FaultOptions } from '../../local/gateway/faults';
import { Random } from '../random';
import { VERSIONS, type Version } from './in-process-models';
import { LOSSES, type Loss } from './lost-things';
import { hasEndpoint, STRATEGY_NAMES, type Strategy } from './rehearsed-stack';

/** Something that happens to a pipeline. */
export type Operation =
  | { readonly do: 'release'; readonly version: Version }
  /**
   * The stack is deployed with other settings, so that production is released once more, after the others.
   */
  | { readonly do: 'deploy' }
  | { readonly do: 'roll-back' }
  /** The execution of the release or retraining in progress is stopped, as in the console. */
  | { readonly do: 'kill' }
  /** A challenger is trained, which the data are too few to judge. */
  | { readonly do: 'retrain' }
  /** A person answers from now on each question of a workflow, hours after it was asked, or no more. */
  | { readonly do: 'approve' | 'reject'; readonly afterHours: number }
  | { readonly do: 'keep-silent' }
  /** A function runs out of time when it has done its work. */
  | { readonly do: 'time-out'; readonly function: string }
  /** The end of the last release that failed is reported once more. */
  | { readonly do: 'repeat-end' }
  /** The stack is deployed with another name of the pipeline. */
  | { readonly do: 'rename' }
  /** Somebody makes an endpoint of the pipeline's name in the place of its own. */
  | { readonly do: 'take-name' }
  /** Somebody, or AWS, breaks what is in production. */
  | { readonly do: Damage }
  /** Somebody deletes or replaces what releases need. */
  | { readonly do: Loss };

export type Damage = (typeof DAMAGES)[number];

const DAMAGES = [
  'delete-model',
  'delete-config',
  'delete-endpoint',
  'fail-endpoint',
  'fail-rollback',
] as const;

export interface Step {
  readonly operation: Operation;
  /** Until the next one; `settled` lets all that was begun come to its end, and is then checked. */
  readonly wait: number | 'settled';
}

/** What happens to one pipeline, from its beginning, and what calls fail meanwhile. */
export interface Schedule {
  readonly seed: number;
  readonly strategy: Strategy;
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
type Kinds = readonly (readonly [Operation['do'], weight: number])[];

/** Each happens in at least 10 of 200 schedules. */
const KINDS: Kinds = [
  ['release', 8],
  ['retrain', 3],
  ['deploy', 3],
  ['roll-back', 4],
  ['kill', 3],
  ['time-out', 4],
  ['repeat-end', 4],
  ['rename', 3],
  ['take-name', 5],
  ...LOSSES.map((loss) => [loss, 4] as const),
  ...DAMAGES.map((damage) => [damage, 5] as const),
];
/** Nothing happens of these where no endpoint serves. */
const OF_ENDPOINTS: readonly Operation['do'][] = [
  'take-name',
  'delete-config',
  'delete-endpoint',
  'fail-endpoint',
  'fail-rollback',
];
/** Answers come beside. */
const ANSWERS: Kinds = [
  ['approve', 6],
  ['reject', 2],
  ['keep-silent', 2],
];
/** Workflows wait for two days. */
const ANSWERED_AFTER_HOURS = [0, 0, 0, 0, 1, 30, 60];

/** The schedule of a seed. It begins with a release, and half of all have faults. */
export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed);
  const strategy = draw(
    random,
    STRATEGY_NAMES.map((name) => [name, 1]),
  );
  const kinds = hasEndpoint(strategy) ? KINDS : KINDS.filter(([kind]) => !OF_ENDPOINTS.includes(kind));
  const length = 2 + Math.floor(random.uniform() * 3);
  const steps = Array.from({ length }, (_, index): Step[] => {
    const kind = index === 0 ? 'release' : draw(random, kinds);
    const isLast = index === length - 1;
    // Most of the others need a version in production.
    const isGood = index === 0 && random.uniform() < GOOD;
    return stepsOf(isGood ? FIRST_RELEASE : operationOf(kind, random), {
      random,
      strategy,
      wait: isLast || random.uniform() < 0.4 ? 'settled' : pause(random),
    });
  }).flat();
  const rate = random.uniform() < 0.5 ? 0 : 0.01 + 0.09 * random.uniform();
  return { seed, strategy, steps, ...(rate > 0 && { faults: { rate, seed, services: FAULTY } }) };
}

const GOOD = 0.7;
const FIRST_RELEASE: Operation = { do: 'release', version: '1.0.0' };

interface Circumstances {
  readonly random: Random;
  readonly strategy: Strategy;
  /** After the last step. */
  readonly wait: Step['wait'];
}

/** An operation, and the steps without which nothing would come of it. */
function stepsOf(operation: Operation, circumstances: Circumstances): Step[] {
  const { random, strategy, wait } = circumstances;
  const drawn = (kind: Operation['do']) => operationOf(kind, random);
  const last = { operation, wait };
  switch (operation.do) {
    case 'release':
      return strategy === 'approval' ? [{ operation: drawn(draw(random, ANSWERS)), wait: 0 }, last] : [last];
    case 'retrain':
      return [{ operation: drawn(draw(random, ANSWERS)), wait: 0 }, last];
    case 'time-out': {
      const caller = OF_RETRAININGS.includes(operation.function) ? 'retrain' : 'release';
      return [{ operation, wait: 0 }, ...stepsOf(drawn(caller), circumstances)];
    }
    case 'repeat-end':
      return [
        { operation: drawn('release'), wait: pause(random) },
        { operation: { do: 'kill' }, wait: 'settled' },
        last,
      ];
    default:
      return [last];
  }
}

/** Functions that releases call, and what undoes them. */
const OF_RELEASES = [
  'PlanRelease',
  'SmokeTest',
  'NoteShift',
  'AnalyseStep',
  'WriteReport',
  'RecordRelease',
  'RepairChampion',
  'PlanRestore',
  'RemoveUnused',
  'FailureWatchReport',
];
const OF_RETRAININGS = ['SnapshotData', 'RegisterModel', 'AskApproval', 'RecordOutcome'];

function operationOf(kind: Operation['do'], random: Random): Operation {
  const drawn = <T>(values: readonly T[]) =>
    draw(
      random,
      values.map((value) => [value, 1]),
    );
  if (kind === 'release') return { do: kind, version: drawn(Object.keys(VERSIONS) as Version[]) };
  if (kind === 'approve' || kind === 'reject') return { do: kind, afterHours: drawn(ANSWERED_AFTER_HOURS) };
  return kind === 'time-out'
    ? { do: kind, function: drawn([...OF_RELEASES, ...OF_RETRAININGS]) }
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
export function scheduleText({ seed, strategy, faults, steps }: Schedule): string {
  return [
    `schedule ${seed} (${strategy})${faults ? `, ${(100 * faults.rate).toFixed(1)} % of the calls fail` : ''}`,
    ...steps.map(({ operation, wait }) => {
      const { do: what, ...which } = operation;
      const text = [what, ...Object.values(which)].join(' ');
      return `  ${text}, then ${wait === 'settled' ? 'until all has settled' : `${wait} s`}`;
    }),
  ].join('\n');
}
