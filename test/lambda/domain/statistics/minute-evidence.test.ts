import { Random } from '../../../../bench/random';
import {
  type BurstBounds,
  burstBounds,
  ERROR_BURSTS,
  LATENCY_BURSTS,
} from '../../../../lambda/domain/statistics/bursts';
import { minuteEvidence } from '../../../../lambda/domain/statistics/minute-evidence';
import type { RatePair } from '../../../../lambda/domain/statistics/rate-evidence';
import { hypergeometric } from './hypergeometric';

const pair = (challenger: [number, number], champion: [number, number]): RatePair => ({
  challenger: { events: challenger[0], requests: challenger[1] },
  champion: { events: champion[0], requests: champion[1] },
});

const BURSTS: BurstBounds = { begins: 0.02, lasts: 0.5 };

const evidence = (minutes: readonly RatePair[], bursts = BURSTS) =>
  minuteEvidence(minutes, {
    bursts,
    alone: { bursts, rateOf: (champion) => Math.max(...champion.map((rate) => rate.events / rate.requests)) },
  });

const last = (minutes: readonly RatePair[], bursts = BURSTS) => evidence(minutes, bursts).at(-1) as number;

describe('the evidence of a minute', () => {
  test.each([
    [2, 12, 108],
    [30, 60, 540],
    [300, 60, 540],
    [1, 1, 9],
  ])('of %i events has a mean of at most 1, whatever a burst does', (events, challenger, champion) => {
    const { first, probabilities } = hypergeometric(events, challenger, challenger + champion);
    const mean = probabilities.reduce((sum, probability, index) => {
      const own = first + index;
      return sum + probability * Math.exp(last([pair([own, challenger], [events - own, champion])]));
    }, 0);
    const worst = Math.exp(last([pair([challenger, challenger], [0, champion])]));
    expect((1 - BURSTS.begins) * mean + BURSTS.begins * worst).toBeLessThanOrEqual(1);
  });

  test('is bounded by how rarely bursts begin, and after a bad minute by how long they last', () => {
    const worst = Array(6).fill(pair([100, 100], [0, 900]));
    const [first = 0, ...later] = evidence(worst);
    expect(Math.exp(first)).toBeLessThan(1 / BURSTS.begins);
    for (const [index, value] of later.entries()) {
      expect(value - (later[index - 1] ?? first)).toBeLessThan(Math.log(1 / BURSTS.lasts) + 0.2);
    }
  });
});

test('no requests are no evidence, and neither is a challenger without a champion', () => {
  expect(evidence([])).toEqual([]);
  expect(evidence([pair([0, 0], [5, 100]), pair([0, 0], [0, 0])]).map((value) => Math.abs(value))).toEqual([
    0, 0,
  ]);
  expect(Math.abs(last([pair([10, 10], [0, 0])]))).toBe(0);
});

test('a challenger without a champion beside it is no evidence where no earlier rate may stand for it', () => {
  const alone = pair([100, 100], [0, 0]);
  const [before = 0, after] = minuteEvidence([pair([1, 100], [9, 900]), alone], { bursts: BURSTS });
  expect(after).toBe(before);
});

test.each([0.25, 0.5, 1])('requests that count as %f of an event each have a mean of at most 1', (part) => {
  const { first, probabilities } = hypergeometric(20, 12, 120);
  const mean = probabilities.reduce((sum, probability, index) => {
    const own = (first + index) * part;
    return sum + probability * Math.exp(last([pair([own, 12], [20 * part - own, 108])]));
  }, 0);
  expect(mean).toBeLessThanOrEqual(1);
});

test('a challenger that turns bad after an hour is found within a quarter of an hour', () => {
  const good = Array(60).fill(pair([1, 100], [9, 900]));
  const turned = evidence([...good, ...Array(15).fill(pair([60, 100], [9, 900]))]);
  expect(turned[59]).toBeLessThan(1);
  expect(turned[74]).toBeGreaterThan(Math.log(100));
});

test('bursts as frequent and as long as assumed give a false alarm with probability alpha at most', () => {
  const random = new Random(20261129);
  const alpha = 0.05;
  let alarms = 0;
  const trials = 400;
  for (let trial = 0; trial < trials; trial++) {
    let inBurst = false;
    const minutes = Array.from({ length: 30 }, () => {
      inBurst = random.uniform() < (inBurst ? BURSTS.lasts : BURSTS.begins);
      return pair([random.binomial(60, inBurst ? 0.9 : 0.01), 60], [random.binomial(540, 0.01), 540]);
    });
    if (evidence(minutes).some((value) => value >= -Math.log(alpha))) alarms++;
  }
  // At alpha as many are exceeded in one of a thousand tests.
  expect(alarms).toBeLessThanOrEqual(34);
});

describe('bursts', () => {
  const minute = (events: number, requests = 100) => pair([events, requests], [events, requests]);

  test('are assumed to be frequent before any minute is known', () => {
    expect(burstBounds([], ERROR_BURSTS)).toEqual({ begins: 1 / 100, lasts: 1 / 3 });
    expect(burstBounds([], LATENCY_BURSTS)).toEqual({ begins: 1 / 40, lasts: 1 / 2 });
    expect(burstBounds(Array(180).fill(minute(0, 0)), LATENCY_BURSTS).begins).toBe(1 / 40);
    expect(burstBounds(Array(180).fill(minute(1, 1)), LATENCY_BURSTS).begins).toBe(1 / 40);
  });

  test('are found to be rare by calm minutes', () => {
    expect(burstBounds(Array(180).fill(minute(5)), LATENCY_BURSTS)).toEqual({
      begins: 1 / 220,
      lasts: 1 / 2,
    });
  });

  test("are learned from the champion's bad minutes: how often they begin, and how long they last", () => {
    const history = Array.from({ length: 180 }, (_, index) => minute(index % 20 < 4 && index < 60 ? 90 : 5));
    // Three bursts of four minutes; as the champion's, they hide those that they are compared with.
    expect(burstBounds(history, LATENCY_BURSTS)).toEqual({
      begins: (1 + 3) / (40 + 180 - 12 - 12),
      lasts: (1 + 9) / (2 + 12),
    });
  });
});
