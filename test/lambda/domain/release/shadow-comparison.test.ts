import fc from 'fast-check';
import { Random } from '../../../../bench/random';
import type { CanaryMinute } from '../../../../lambda/domain/release/rules/rule';
import { compareAnswers, emptyTally, tallyAnswers } from '../../../../lambda/domain/release/shadow-answers';
import { compareShadow, type ShadowObservation } from '../../../../lambda/domain/release/shadow-comparison';

const variant = (invocations: number, errors = 0, slow: number[] = []) => ({
  invocations,
  errors,
  slow,
  business: [],
});

/** Minutes in which all requests are copied. */
const minutes = (count: number, requests: number, errors: { challenger?: number; champion?: number } = {}) =>
  Array.from(
    { length: count },
    (): CanaryMinute => ({
      champion: variant(requests, errors.champion),
      challenger: variant(requests, errors.challenger),
    }),
  );

const answers = (requests: number, agreeing: number) =>
  compareAnswers(
    tallyAnswers(
      emptyTally(0),
      Array.from({ length: requests }, (_, index) => [
        { champion: 0, challenger: index < agreeing ? 0 : 1, slices: [] },
      ]),
      0.1,
    ),
    [],
    0.0025,
  );

const look = (changes: Partial<ShadowObservation> = {}): ShadowObservation => ({
  minutes: minutes(10, 60),
  step: { age: 10, shortest: 10, longest: 40 },
  answers: answers(300, 270),
  tolerance: 0.1,
  ...changes,
});

test('a shadow that fails no more often goes on, once its time is over', () => {
  expect(compareShadow(look())).toMatchObject({
    verdict: 'promote',
    reasons: [
      { rule: 'errors' },
      { rule: 'latency' },
      { rule: 'agreement' },
      { rule: 'quality' },
      { rule: 'traffic' },
      { rule: 'duration' },
    ],
  });
  expect(compareShadow(look({ step: { age: 9, shortest: 10, longest: 40 } })).verdict).toBe('hold');
});

test('one that fails where the champion answered is rolled back within two minutes', () => {
  const failing = look({
    minutes: minutes(2, 60, { challenger: 20 }),
    step: { age: 2, shortest: 10, longest: 40 },
  });
  const { verdict, reasons } = compareShadow(failing);
  expect(verdict).toBe('rollback');
  expect(reasons[0]?.message).toMatch(/^challenger failed 40 of 120 \(33 %\) requests, champion 0 of 120/);
});

test('one that fails when the champion fails too is no worse', () => {
  expect(compareShadow(look({ minutes: minutes(10, 60, { challenger: 20, champion: 20 }) })).verdict).toBe(
    'promote',
  );
});

test('one that is slow is rolled back', () => {
  const slow = Array.from({ length: 10 }, () => ({
    champion: variant(60, 0, [3]),
    challenger: variant(60, 0, [30]),
  }));
  const latencyLimits = [{ percentile: 95, champion: 50_000, challenger: 60_000 }];
  expect(compareShadow(look({ minutes: slow, latencyLimits })).verdict).toBe('rollback');
});

test('too little traffic is no pass: it holds, and in the end is inconclusive', () => {
  const few = { minutes: minutes(10, 9) };
  expect(compareShadow(look(few)).verdict).toBe('hold');
  const late = look({ ...few, step: { age: 40, shortest: 10, longest: 40 } });
  expect(compareShadow(late)).toMatchObject({ verdict: 'inconclusive' });
});

test('whatever was seen, less than the requests that are needed is no pass', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.nat(99), fc.nat(60), (requests, errors, age) => {
      const { verdict } = compareShadow(
        look({
          minutes: minutes(1, requests, { challenger: Math.min(errors, requests) }),
          step: { age, shortest: 10, longest: 40 },
        }),
      );
      expect(verdict).not.toBe('promote');
    }),
  );
});

describe('agreement', () => {
  const agreementOf = (changes: Partial<ShadowObservation>, minimumAgreement?: number) => {
    const { verdict, reasons } = compareShadow(look(changes), { minimumAgreement });
    return { verdict, message: reasons.find(({ rule }) => rule === 'agreement')?.message };
  };

  test('is told in numbers and decides nothing, unless asked to', () => {
    expect(agreementOf({ answers: answers(300, 3) })).toEqual({
      verdict: 'promote',
      message: expect.stringMatching(
        /^of 300 requests that both answered, 1 % agree within 0.1 \(confidence interval 0\.\d+ % to \d\.\d+ %\); the challenger's answers are 0\.99 higher on average/,
      ),
    });
    expect(agreementOf({ answers: undefined })).toEqual({
      verdict: 'promote',
      message: 'answers are not compared: no request with answers of both was recorded',
    });
  });

  test.each([
    ['significantly below the minimum rolls back', { answers: answers(300, 200) }, 'rollback'],
    ['at the minimum goes on', { answers: answers(300, 285) }, 'promote'],
    ['that may be either waits', { answers: answers(300, 268) }, 'hold'],
    ['of too few requests waits', { answers: answers(99, 99) }, 'hold'],
    ['that is not known waits', { answers: undefined }, 'hold'],
    ['without a tolerance waits', { tolerance: undefined }, 'hold'],
    [
      'that is not known in the end is inconclusive',
      { answers: undefined, step: { age: 40, shortest: 10, longest: 40 } },
      'inconclusive',
    ],
  ] as const)('%s, if it blocks', (_title, changes, verdict) => {
    expect(agreementOf(changes, 0.9).verdict).toBe(verdict);
  });
});

test.each([
  ['all requests copied, errors of their own', 1, 0],
  ['all requests copied, the same errors', 1, 0.9],
  ['a tenth copied, the same errors', 0.1, 0.9],
])(
  'one that is no worse is rolled back in an hour of looks with probability alpha at most: %s',
  (_title, share, sameErrors) => {
    const random = new Random(20261125);
    const [alpha, trials, requests, rate] = [0.05, 200, 60, 0.02];
    let rollbacks = 0;
    for (let trial = 0; trial < trials; trial++) {
      const seen = Array.from({ length: 60 }, (): CanaryMinute => {
        const copies = random.binomial(requests, share);
        const failed = random.binomial(copies, rate);
        const champion = failed + random.binomial(requests - copies, rate);
        const byChance = (1 - sameErrors) * rate;
        const challenger =
          random.binomial(failed, sameErrors + byChance) + random.binomial(copies - failed, byChance);
        return { champion: variant(requests, champion), challenger: variant(copies, challenger) };
      });
      // The evidence keeps its largest value, so that the last look tells what any of them did.
      const last = look({ minutes: seen, step: { age: 60, shortest: 60, longest: 60 } });
      const { reasons } = compareShadow(last, { alpha, toleratedErrorRateIncrease: -1 });
      if (reasons[0]?.verdict === 'rollback') rollbacks++;
    }
    expect(rollbacks).toBeLessThan(trials * alpha + 3.72 * Math.sqrt(trials * alpha * (1 - alpha)));
  },
);
