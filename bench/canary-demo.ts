import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CANARY_POLICY } from '../lambda/domain/release/canary-analysis';
import type { CanaryMinute, LatencyLimit, VariantMinute } from '../lambda/domain/release/rules/rule';
import { firstRollback } from './canary-bursts';
import type { Random } from './random';
import { repositoryRoot } from './repository-root';

/** Latencies of one release of the demo, in milliseconds, minute by minute. */
export interface DemoRun {
  /** The champion's in the three hours before. */
  readonly before: readonly (readonly number[])[];
  /** From the challenger's first whole minute on. */
  readonly minutes: readonly {
    readonly champion: readonly number[];
    readonly challenger: readonly number[];
  }[];
}

const MINUTES_BEFORE = 180;
/** Of a canary step and a bake, as the demo's requests come. */
const CANARY_MINUTES = 10;
const BAKE_MINUTES = 10;
const CHALLENGER_SHARE = 0.2;
const PERCENTILES = [50, 95, 99];

/** How the file has a run: latencies in one line, and of the 180 minutes before only those with requests. */
interface WrittenRun {
  readonly before: Readonly<Record<number, string>>;
  readonly minutes: readonly { readonly champion: string; readonly challenger: string }[];
}

export function readDemoLatencies(): DemoRun[] {
  const written: WrittenRun[] = JSON.parse(
    readFileSync(join(repositoryRoot(), 'bench', 'canary-demo.json'), 'utf8'),
  );
  const numbersIn = (line = '') => (line === '' ? [] : line.split(' ').map(Number));
  return written.map(({ before, minutes }) => ({
    before: Array.from({ length: MINUTES_BEFORE }, (_, minute) => numbersIn(before[minute])),
    minutes: minutes.map(({ champion, challenger }) => ({
      champion: numbersIn(champion),
      challenger: numbersIn(challenger),
    })),
  }));
}

/** The minute in which a recorded release would be rolled back; infinite if it would not. */
export function minuteOfRecorded({ before, minutes }: DemoRun): number {
  return judge(before, minutes);
}

/**
 * The same of a release whose minutes are drawn: the champion's and the challenger's are minutes in a row of
 * any runs and times.
 *
 * @param slower factor of the challenger's latency
 */
export function replayDemo(random: Random, runs: readonly DemoRun[], slower: number): number {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random.uniform() * items.length)] as T;
  const series = () => {
    const minutes = pick(runs).minutes.map(({ champion, challenger }) => [...champion, ...challenger]);
    const start = Math.floor(random.uniform() * minutes.length);
    return (minute: number) => minutes[(start + minute) % minutes.length] as number[];
  };
  const [champion, challenger] = [series(), series()];
  const part = (latencies: readonly number[], share: number) =>
    latencies.filter(() => random.uniform() < share);
  const minutes = Array.from({ length: CANARY_MINUTES + BAKE_MINUTES }, (_, minute) => {
    const share = minute < CANARY_MINUTES ? CHALLENGER_SHARE : 1;
    return {
      champion: part(champion(minute), 1 - share),
      challenger: part(challenger(minute), share).map((latency) => latency * slower),
    };
  });
  return judge(pick(runs).before, minutes);
}

function judge(before: DemoRun['before'], minutes: DemoRun['minutes']): number {
  const limits = limitsOf(before);
  const counted = (latencies: readonly number[], role: 'champion' | 'challenger'): VariantMinute => ({
    invocations: latencies.length,
    errors: 0,
    slow: limits.map((limit) => latencies.filter((latency) => 1000 * latency > limit[role]).length),
    business: [],
  });
  const both = (champion: readonly number[], challenger: readonly number[]): CanaryMinute => ({
    champion: counted(champion, 'champion'),
    challenger: counted(challenger, 'challenger'),
  });
  return firstRollback(
    minutes.map(({ champion, challenger }) => both(champion, challenger)),
    before.map((latencies) => both(latencies, latencies)),
    limits,
  );
}

/** As the analysis has them: medians over the champion's minutes. */
function limitsOf(before: DemoRun['before']): LatencyLimit[] {
  const minutes = before.filter((latencies) => latencies.length > 0).map((latencies) => sorted(latencies));
  return PERCENTILES.map((percentile) => {
    const of = minutes.map((one) => one[Math.floor((percentile / 100) * one.length)] as number);
    const champion = 1000 * (sorted(of)[Math.floor(of.length / 2)] as number);
    const { maximumLatencyRatio, toleratedLatencyIncreaseMicros } = DEFAULT_CANARY_POLICY;
    const challenger = Math.max(champion * maximumLatencyRatio, champion + toleratedLatencyIncreaseMicros);
    return { percentile, champion, challenger };
  });
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
