import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../bin/cli/package-root';
import { analyseCanary, DEFAULT_CANARY_POLICY } from '../lambda/domain/canary-analysis';
import { alphaOf, splitAlpha } from '../lambda/domain/canary-rules/alpha-shares';
import type { CanaryMinute } from '../lambda/domain/canary-rules/rule';
import { predictionShift } from '../lambda/domain/prediction-shift';
import { mergeFeature, profileNumbers } from '../lambda/domain/profile';
import { BROKEN, type RatePair, rateEvidence } from '../lambda/domain/rate-evidence';
import { ReleaseStrategy } from '../lib/release/release-strategy';
import { isRolledBackByAny, minutesToRollback } from './canary-metrics';
import { doubledErrorRate, kayentaJudge, type Rule, repeatedFixedTest } from './canary-rivals';
import { type BadRelease, releaseBad, releaseGuarded } from './canary-strategies';
import { Random } from './random';

const SHARE = 0.1;
const HALF_AN_HOUR = 1800;
const RELEASES = 2000;
const SLOW_RELEASES = 300;
const SHIFTED_RELEASES = 50;
const SHARE_OF_ALPHA = splitAlpha(alphaOf('errors', DEFAULT_CANARY_POLICY));
/** Evidence that rolls back for errors. */
const NEEDED = -Math.log(SHARE_OF_ALPHA.evidence);
const ERRORS = {
  needed: NEEDED,
  boundAlpha: SHARE_OF_ALPHA.bound,
  alternatives: BROKEN,
  isSplit: true,
};

/** Ours by the second, as where counts are known that soon: CloudWatch has them by the minute. */
const sequential: Rule = (seconds) => rateEvidence(seconds, ERRORS) >= NEEDED;

const RULES: Readonly<Record<string, { rule: Rule; every: number }>> = {
  'this, as if each second were looked at': { rule: sequential, every: 1 },
  'error rate doubled over 5 minutes': { rule: doubledErrorRate, every: 60 },
  'test at .05, a look a minute': { rule: repeatedFixedTest, every: 60 },
  'Kayenta judge, from 50 points on': { rule: kayentaJudge, every: 60 },
};

/** How releases of good and bad challengers end: false rollbacks, and how long a bad one keeps its traffic. */
export function canary(): void {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  console.log(`cdk-model-pipeline ${version}, Node.js ${process.versions.node}, seeded\n`);
  falseRollbacks();
  falseRollbacksOfAll();
  timesOfErrors();
  timesOfLatency();
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
  const times = draw(RELEASES, (seed) => timeToRollback(sequential, 1, { ...OF_NONE, seed }));
  console.log(`1 % errors at 20/s where the champion has none\n  ${'this'.padEnd(40)}${quantiles(times)}`);
}

function timesOfLatency(): void {
  console.log(
    '\nSeconds until a challenger that is slower by half is rolled back, looked at each minute: p50 and p90',
  );
  for (const rps of [5, 20, 200]) {
    const kind = { rps, base: 0.01, latency: 1.5 };
    const times = draw(SLOW_RELEASES, (seed) => 60 * minutesToRollback(new Random(seed), kind));
    console.log(`  ${`${rps}/s, 50 % more at p50, p95 and p99`.padEnd(40)}${quantiles(times)}`);
  }
}

function timesOfShift(): void {
  console.log(
    '\nSeconds until answers that moved by a quarter of a standard deviation surely differ: p50 and p90',
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

/** Errors of 1 % at 20/s, where the champion has one in a million. */
const OF_NONE = { rps: 20, base: 1e-6, ratio: 1e4 };

interface Release {
  readonly rps: number;
  readonly base: number;
  /** Challenger's error rate over the champion's. */
  readonly ratio: number;
  readonly seed: number;
}

function timeToRollback(rule: Rule, every: number, release: Release, longest = HALF_AN_HOUR): number {
  const random = new Random(release.seed);
  const pairs: RatePair[] = [];
  const pass = () => {
    const challenger = random.binomial(release.rps, SHARE);
    const champion = release.rps - challenger;
    pairs.push({
      challenger: { events: random.binomial(challenger, release.base * release.ratio), requests: challenger },
      champion: { events: random.binomial(champion, release.base), requests: champion },
    });
  };
  if (rule === sequential) {
    while (pairs.length < longest) pass();
    return firstOf(pairs);
  }
  while (pairs.length < longest) {
    pass();
    if (pairs.length % every === 0 && rule(pairs)) return pairs.length;
  }
  return Number.POSITIVE_INFINITY;
}

/** How often ours looks changes no verdict, and what was sure once stays so: the first second is found by bisection. */
function firstOf(pairs: readonly RatePair[]): number {
  if (!sequential(pairs)) return Number.POSITIVE_INFINITY;
  let [unsure, sure] = [0, pairs.length];
  while (sure - unsure > 1) {
    const middle = Math.floor((unsure + sure) / 2);
    if (sequential(pairs.slice(0, middle))) sure = middle;
    else unsure = middle;
  }
  return sure;
}

/** Looked at each minute for an hour, with all that is compared at alpha .05. */
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
