import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeFeature, profileNumbers } from '../lambda/domain/data/profile';
import { analyseCanary, DEFAULT_CANARY_POLICY } from '../lambda/domain/release/canary-analysis';
import { alphaOf, splitAlpha } from '../lambda/domain/release/rules/alpha-shares';
import type { CanaryMinute } from '../lambda/domain/release/rules/rule';
import { burstBounds, ERROR_BURSTS } from '../lambda/domain/statistics/bursts';
import { minuteEvidence } from '../lambda/domain/statistics/minute-evidence';
import type { RatePair } from '../lambda/domain/statistics/rate-evidence';
import { predictionShift } from '../lambda/domain/traffic/prediction-shift';
import { ReleaseStrategy } from '../lib/release/release-strategy';
import { DEPENDENCES, minuteOfRollback, ORDER_BURSTS } from './canary-bursts';
import { minuteOfRecorded, readDemoLatencies, replayDemo } from './canary-demo';
import { drawLabelled, LABEL_BURSTS, minuteOfLabels, rowsRollBack } from './canary-labels';
import { isRolledBackByAny } from './canary-metrics';
import { doubledErrorRate, kayentaJudge, type Rule, repeatedFixedTest } from './canary-rivals';
import { type BadRelease, releaseBad, releaseGuarded } from './canary-strategies';
import { Random } from './random';
import { repositoryRoot } from './repository-root';

const SHARE = 0.1;
const HALF_AN_HOUR = 1800;
const RELEASES = 2000;
const SLOW_RELEASES = 300;
const SHIFTED_RELEASES = 50;
const BURST_RELEASES = 100;
const DEMO_RELEASES = 300;
const SHARE_OF_ALPHA = splitAlpha(alphaOf('errors', DEFAULT_CANARY_POLICY));
/** Evidence that rolls back for errors. */
const NEEDED = -Math.log(SHARE_OF_ALPHA.evidence);

/** Ours, whose units are minutes. */
const OURS = 'minutes' as const;

const RULES: Readonly<Record<string, { rule: Rule | typeof OURS; every: number }>> = {
  'this, a look a minute': { rule: OURS, every: 60 },
  'error rate doubled over 5 minutes': { rule: doubledErrorRate, every: 60 },
  'test at .05, a look a minute': { rule: repeatedFixedTest, every: 60 },
  'Kayenta judge, from 50 points on': { rule: kayentaJudge, every: 60 },
};

/**
 * How releases of good and bad challengers end: false rollbacks, and how long a bad one keeps its traffic.
 */
export function canary(): void {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  console.log(`cdk-model-pipeline ${version}, Node.js ${process.versions.node}, seeded\n`);
  falseRollbacks();
  falseRollbacksOfAll();
  timesOfErrors();
  timesOfLatency();
  inBursts();
  inOrderBursts();
  inLabelBursts();
  replayedDemo();
  timesOfShift();
  badAnswers();
  console.log(
    `\nThe whole analysis of a release of 30 minutes at 1,000/s: ${analysisMillis().toFixed(2)} ms`,
  );
}

function falseRollbacks(): void {
  console.log(
    `False rollbacks of equal versions in half an hour at ${SHARE * 100} % of the traffic, by errors alone (alpha .05)`,
  );
  const settings = [
    [5, 0.01],
    [20, 0.001],
    [20, 0.01],
    [200, 0.01],
    [1000, 0.05],
  ] as const;
  console.log(
    ['rule'.padEnd(40), ...settings.map(([rps, base]) => `${rps}/s ${base * 100} %`.padStart(12))].join(''),
  );
  for (const [name, { rule, every }] of Object.entries(RULES)) {
    const shares = settings.map(([rps, base]) => {
      const times = draw(RELEASES / 2, (seed) => timeToRollback(rule, every, { rps, base, ratio: 1, seed }));
      return (times.filter(Number.isFinite).length / times.length).toFixed(3).padStart(12);
    });
    console.log([name.padEnd(40), ...shares].join(''));
  }
}

function falseRollbacksOfAll(): void {
  console.log(
    `\nThe same by all rules together, with nothing tolerated: errors, latency, answers, labels, orders (alpha .05; ${SLOW_RELEASES} releases each)`,
  );
  const bases = [0, 0.001, 0.01, 0.05];
  console.log(
    ['requests'.padEnd(40), ...bases.map((base) => `${base * 100} % errors`.padStart(14))].join(''),
  );
  for (const rps of [5, 20, 200, 1000]) {
    const shares = bases.map((base) => {
      const random = new Random(rps * 31 + base * 1e6);
      const ended = Array.from({ length: SLOW_RELEASES }, () => isRolledBackByAny(random, { rps, base }));
      return (ended.filter(Boolean).length / SLOW_RELEASES).toFixed(3).padStart(14);
    });
    console.log([`${rps}/s`.padEnd(40), ...shares].join(''));
  }
}

function timesOfErrors(): void {
  console.log('\nSeconds until a bad challenger is rolled back: p50 and p90');
  for (const [rps, base, ratio, goal] of [
    [20, 0.01, 10, 45],
    [20, 0.005, 10, 90],
    [200, 0.01, 2, 130],
  ] as const) {
    console.log(`${ratio}x errors at ${rps}/s on ${base * 100} % (goal for p90: ${goal} s)`);
    for (const [name, { rule, every }] of Object.entries(RULES)) {
      const release = { rps, base, ratio };
      const times = draw(RELEASES, (seed) => timeToRollback(rule, every, { ...release, seed }, 4000));
      console.log(`  ${name.padEnd(40)}${quantiles(times)}`);
    }
  }
  for (const [errors, rps] of [
    [0.01, 20],
    [0.05, 20],
    [0.05, 5],
    [1, 1],
  ] as const) {
    const release = { rps, base: RARE, ratio: errors / RARE };
    const times = draw(SLOW_RELEASES, (seed) => timeToRollback(OURS, 60, { ...release, seed }));
    console.log(
      `${errors * 100} % errors at ${rps}/s where the champion has none\n  ${'this'.padEnd(40)}${quantiles(times)}`,
    );
  }
}

function timesOfLatency(): void {
  console.log(
    '\nSeconds until a challenger that is slower is rolled back, evaluated each minute: p50 and p90',
  );
  for (const latency of [1.5, 2]) {
    for (const rps of [5, 20, 200]) {
      const kind = { rps, base: 0.01, latency };
      const times = draw(BURST_RELEASES, (seed) => 60 * minuteOfRollback(new Random(seed), kind, {}));
      console.log(`  ${`${rps}/s, ${latency} times the latency`.padEnd(40)}${quantiles(times)}`);
    }
  }
}

/** Where requests of one minute have things in common: equal versions, and bad ones. */
function inBursts(): void {
  console.log(
    `\nBursts: equal versions rolled back in 20 minutes at ${SHARE * 100} % of the traffic and a bake of 10, by all rules (alpha .05); minutes until a bad one is, p50/p90 (${BURST_RELEASES} releases each)`,
  );
  const kinds = { 'false rollbacks': {}, 'twice the latency': { latency: 2 }, 'fails 5 %': { errors: 50 } };
  const rates = [1, 5, 20, 100];
  const head = Object.keys(kinds).map((name) => `${name} at ${rates.join(', ')}/s`.padStart(36));
  console.log(['dependence'.padEnd(40), ...head].join(''));
  for (const [name, dependence] of Object.entries(DEPENDENCES)) {
    const cells = Object.values(kinds).map((kind) => {
      const found = rates.map((rps) => {
        const minutes = draw(BURST_RELEASES, (seed) =>
          minuteOfRollback(new Random(seed), { rps, base: 0.001, ...kind }, dependence),
        );
        return Object.keys(kind).length === 0 ? shareFinite(minutes) : minutesText(minutes);
      });
      return found.join('  ').padStart(36);
    });
    console.log([name.padEnd(40), ...cells].join(''));
  }
}

/** A business metric whose events have things in common: equal versions, and one with fewer orders. */
function inOrderBursts(): void {
  const policy = { business: [{ name: 'Orders', better: 'higher' as const, toleratedChange: 0 }] };
  const kinds = { 'false rollbacks': {}, 'half the orders': { orders: 0.5 } };
  const rates = [5, 20, 100];
  console.log(
    `\nBursts of orders, 5 % of the requests: the same (${BURST_RELEASES} releases each), at ${rates.join(', ')}/s`,
  );
  for (const [name, dependence] of Object.entries(ORDER_BURSTS)) {
    const cells = Object.entries(kinds).map(([title, kind]) => {
      const found = rates.map((rps) => {
        const minutes = draw(BURST_RELEASES, (seed) =>
          minuteOfRollback(new Random(seed), { rps, base: 0.001, ...kind }, dependence, policy),
        );
        return 'orders' in kind ? minutesText(minutes) : shareFinite(minutes);
      });
      return `${title} ${found.join('  ')}`.padStart(40);
    });
    console.log([name.padEnd(40), ...cells].join(''));
  }
}

/** Where wrong answers of one request, or of one minute, have things in common. */
function inLabelBursts(): void {
  const rates = [1, 5, 20];
  const needed = -Math.log(alphaOf('quality', DEFAULT_CANARY_POLICY));
  console.log(
    `\nWrong answers by their labels, 10 %, at ${SHARE * 100} % of the traffic for 20 minutes, ${rates.join(', ')} labels/s (${BURST_RELEASES} releases each): equal versions rolled back, the same if rows were independent; minutes until twice and four times as many are found, p50/p90`,
  );
  for (const [name, dependence] of Object.entries(LABEL_BURSTS)) {
    const drawn = (rps: number, ratio: number) =>
      draw(BURST_RELEASES, (seed) => drawLabelled(new Random(seed), { rps, ratio }, dependence));
    const equal = rates.map((rps) => drawn(rps, 1));
    const byRows = equal.map(
      (releases) =>
        releases.filter((minutes) => rowsRollBack(minutes, dependence.rows ?? 1, needed)).length /
        releases.length,
    );
    const found = [2, 4].map((ratio) =>
      rates.map((rps) => minutesText(drawn(rps, ratio).map(minuteOfLabels))).join('  '),
    );
    const cells = [
      equal.map((releases) => shareFinite(releases.map(minuteOfLabels))).join('  '),
      byRows.map((share) => share.toFixed(2)).join('  '),
      ...found,
    ];
    console.log([name.padEnd(44), ...cells.map((cell) => cell.padStart(30))].join(''));
  }
}

/** What the demo's endpoint took in fact, on a machine with too much to do. */
function replayedDemo(): void {
  const runs = readDemoLatencies();
  console.log(
    `\nThe demo's own latencies (${runs.length} runs at a load of 12 to 27 on 2 cores), also with the challenger's minutes taken from other times than the champion's (${DEMO_RELEASES} releases)`,
  );
  const recorded = runs.map(minuteOfRecorded);
  console.log(`  ${'as it was'.padEnd(40)}rolled back ${shareFinite(recorded)}`);
  for (const slower of [1, 2, 4]) {
    const minutes = draw(DEMO_RELEASES, (seed) => replayDemo(new Random(seed), runs, slower));
    console.log(
      `  ${`${slower} times the latency`.padEnd(40)}rolled back ${shareFinite(minutes)}, after minutes ${minutesText(minutes)}`,
    );
  }
}

function shareFinite(values: readonly number[]): string {
  return (values.filter(Number.isFinite).length / values.length).toFixed(3);
}

function minutesText(values: readonly number[]): string {
  const sorted = [...values].sort((x, y) => x - y);
  return [0.5, 0.9]
    .map((q) => sorted[Math.floor(q * sorted.length)] as number)
    .map((value) => (Number.isFinite(value) ? `${value}` : '-'))
    .join('/');
}

function timesOfShift(): void {
  console.log(
    '\nSeconds until answers that moved by a quarter of a standard deviation significantly differ: p50 and p90',
  );
  for (const rps of [20, 200]) {
    const times = draw(SHIFTED_RELEASES, (seed) => timeToShift(rps, 0.25, seed));
    const never = draw(SHIFTED_RELEASES, (seed) => timeToShift(rps, 0, seed)).filter(Number.isFinite).length;
    console.log(
      `  ${`${rps}/s; of equal versions ${never} of ${SHIFTED_RELEASES} differ`.padEnd(40)}${quantiles(times)}`,
    );
  }
}

function badAnswers(): void {
  console.log(
    `\nRequests that a bad challenger failed until the champion was back, a minute after the look (mean of ${SLOW_RELEASES} releases with the defaults of each strategy)`,
  );
  const kinds = { '10x of 1 % at 20/s': 10, '2x of 1 % at 200/s': 2 };
  const strategies = {
    'canary, blueGreen: 10 %, then all': { strategy: ReleaseStrategy.canary(), release: releaseBad },
    'linear: 20 %, 40 %, ...': { strategy: ReleaseStrategy.linear(), release: releaseBad },
    'allAtOnce: with the hours before': { strategy: ReleaseStrategy.allAtOnce(), release: releaseBad },
    'deploymentGuardrails: an alarm': {
      strategy: ReleaseStrategy.deploymentGuardrails(),
      release: releaseGuarded,
    },
  };
  console.log(['strategy'.padEnd(40), ...Object.keys(kinds).map((name) => name.padStart(34))].join(''));
  for (const [name, { strategy, release }] of Object.entries(strategies)) {
    const cells = Object.values(kinds).map((errors) => {
      const random = new Random(errors * 17);
      const kind = { rps: errors === 10 ? 20 : 200, base: 0.01, errors };
      const releases = draw(SLOW_RELEASES, () => release(random, strategy, kind));
      const mean = (of: (one: BadRelease) => number) =>
        releases.reduce((sum, one) => sum + of(one), 0) / releases.length;
      const found = mean(({ wasRolledBack }) => Number(wasRolledBack));
      const text = `${mean(({ failed }) => failed).toFixed(0)} in ${mean(({ minutes }) => minutes).toFixed(1)} min, ${(100 * found).toFixed(0)} % found`;
      return text.padStart(34);
    });
    console.log([name.padEnd(40), ...cells].join(''));
  }
  console.log(`${'shadow'.padEnd(40)}${'0: nobody gets its answers'.padStart(34)}`);
}

/** As many releases, each with a seed of its own: seeds that follow each other would make them alike. */
function draw<T>(count: number, of: (seed: number) => T): T[] {
  const seeds = new Random(20261126);
  return Array.from({ length: count }, () => of(Math.floor(2 ** 32 * seeds.uniform())));
}

function quantiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return [0.5, 0.9].map((q) => seconds(sorted[Math.floor(q * sorted.length)])).join('');
}

/** The error rate of a champion without errors. */
const RARE = 1e-6;

interface Release {
  readonly rps: number;
  readonly base: number;
  /** Challenger's error rate over the champion's. */
  readonly ratio: number;
  readonly seed: number;
}

function timeToRollback(
  rule: Rule | typeof OURS,
  every: number,
  release: Release,
  longest = HALF_AN_HOUR,
): number {
  const random = new Random(release.seed);
  if (rule === OURS) return 60 * minuteOfErrors(random, release, Math.floor(longest / 60));
  const pairs: RatePair[] = [];
  while (pairs.length < longest) {
    pairs.push(drawErrors(random, release, release.rps));
    if (pairs.length % every === 0 && rule(pairs)) return pairs.length;
  }
  return Number.POSITIVE_INFINITY;
}

function minuteOfErrors(random: Random, release: Release, longest: number): number {
  const { rps, base } = release;
  const before = Array.from({ length: 180 }, () => {
    const rate = { events: random.binomial(60 * rps, base), requests: 60 * rps };
    return { champion: rate, challenger: rate };
  });
  const bursts = burstBounds(before, ERROR_BURSTS);
  const evidence = minuteEvidence(
    Array.from({ length: longest }, () => drawErrors(random, release, 60 * rps)),
    { bursts, alone: { bursts, rateOf: () => base } },
  );
  const first = evidence.findIndex((value) => value >= NEEDED);
  return first < 0 ? Number.POSITIVE_INFINITY : first + 1;
}

function drawErrors(random: Random, { base, ratio }: Release, requests: number): RatePair {
  const challenger = random.binomial(requests, SHARE);
  const champion = requests - challenger;
  return {
    challenger: { events: random.binomial(challenger, base * ratio), requests: challenger },
    champion: { events: random.binomial(champion, base), requests: champion },
  };
}

/** Evaluated each minute for an hour, with all that is compared at alpha .05. */
function timeToShift(rps: number, shift: number, seed: number): number {
  const random = new Random(seed);
  const edges = Array.from({ length: 161 }, (_, index) => index / 20 - 4);
  let champion = profileNumbers([], edges);
  let challenger = champion;
  for (let minute = 1; minute <= 60; minute++) {
    const draw = (rows: number, mean: number) =>
      profileNumbers(
        Array.from({ length: rows }, () => mean + random.normal()),
        edges,
      );
    champion = mergeFeature('prediction', champion, draw(60 * rps * (1 - SHARE), 0));
    challenger = mergeFeature('prediction', challenger, draw(60 * rps * SHARE, shift));
    const found = predictionShift(
      challenger,
      champion,
      alphaOf('predictions', { ...DEFAULT_CANARY_POLICY, maximumPredictionShift: 0 }),
    );
    if (found && found.interval[0] > 0) return 60 * minute;
  }
  return Number.POSITIVE_INFINITY;
}

function analysisMillis(): number {
  const minute: CanaryMinute = {
    champion: { invocations: 54_000, errors: 54, business: [], slow: [27_000, 2_700, 540] },
    challenger: { invocations: 6_000, errors: 6, business: [], slow: [3_000, 300, 60] },
  };
  const observation = {
    minutes: Array(30).fill(minute),
    step: { age: 30, shortest: 30, longest: 60 },
    latencyLimits: [50, 95, 99].map((percentile) => ({ percentile, champion: 1e4, challenger: 2e4 })),
  };
  const start = performance.now();
  for (let i = 0; i < 100; i++) analyseCanary(observation);
  return (performance.now() - start) / 100;
}

function seconds(value: number | undefined): string {
  return (value === undefined || !Number.isFinite(value) ? 'never' : `${value} s`).padStart(10);
}
