import { analyseCanary } from '../../../../lambda/domain/release/canary-analysis';
import type {
  BusinessMetric,
  CanaryMinute,
  CanaryObservation,
  CanaryPolicy,
  LatencyLimit,
  VariantMinute,
} from '../../../../lambda/domain/release/rules/rule';

const LIMITS: LatencyLimit[] = [{ percentile: 95, champion: 20_000, challenger: 30_000 }];

const minute = (
  challenger: Partial<VariantMinute> = {},
  champion: Partial<VariantMinute> = {},
): CanaryMinute => ({
  challenger: { invocations: 100, errors: 0, slow: [5], business: [], ...challenger },
  champion: { invocations: 900, errors: 0, slow: [45], business: [], ...champion },
});

/** A minute of the champion alone, in both roles. */
const minuteBefore = (champion: Partial<VariantMinute> = {}): CanaryMinute => {
  const variant = { invocations: 900, errors: 5, slow: [45], business: [], ...champion };
  return { champion: variant, challenger: variant };
};

/** Three hours in which nothing happened. */
const CALM_HOURS: CanaryMinute[] = Array(180).fill(minuteBefore());

const analyse = (
  minutes: readonly CanaryMinute[],
  more: Partial<CanaryObservation> = {},
  policy: Partial<CanaryPolicy> = {},
) =>
  analyseCanary(
    {
      minutes,
      step: { age: minutes.length, shortest: 10, longest: 40 },
      latencyLimits: LIMITS,
      ...more,
    },
    policy,
  );

const messageOf = (decision: ReturnType<typeof analyseCanary>, rule: string) =>
  decision.reasons.find((reason) => reason.rule === rule)?.message;

test('a challenger as good as the champion goes on when its step is over', () => {
  expect(analyse(Array(9).fill(minute())).verdict).toBe('hold');
  const decision = analyse(Array(10).fill(minute({ errors: 1 }, { errors: 9 })));
  expect(decision.verdict).toBe('promote');
  expect(decision.reasons.map(({ rule, verdict }) => [rule, verdict])).toEqual([
    ['errors', 'promote'],
    ['latency', 'promote'],
    ['predictions', 'promote'],
    ['quality', 'promote'],
    ['traffic', 'promote'],
    ['duration', 'promote'],
  ]);
});

test('a challenger that fails more often is rolled back in its first minute', () => {
  const decision = analyse([minute({ errors: 12 }, { errors: 5 })], { championBefore: CALM_HOURS });
  expect(decision.verdict).toBe('rollback');
  expect(messageOf(decision, 'errors')).toMatch(
    /^challenger failed 12 of 100 \(12 %\) requests, champion 5 of 900 \(0\.56 %\): evidence \d+:1 that this is more, 31:1 rolls back$/,
  );
});

test('a challenger that fails more often is rolled back in its second minute where the champion has no history', () => {
  const failing = minute({ errors: 8 }, { errors: 5 });
  expect(analyse([failing]).verdict).toBe('hold');
  expect(analyse([failing, failing]).verdict).toBe('rollback');
});

describe('a burst', () => {
  const isRolledBack = (bad: number, burst: Partial<VariantMinute>, championBefore: CanaryMinute[]) => {
    const minutes = [
      ...Array(5).fill(minute()),
      ...Array(bad).fill(minute(burst)),
      ...Array(10).fill(minute()),
    ];
    return analyse(minutes, { championBefore }).verdict === 'rollback';
  };

  test('of slow requests rolls nothing back if it ends with its minute, however slow they are', () => {
    expect(isRolledBack(1, { slow: [100] }, CALM_HOURS)).toBe(false);
    expect(isRolledBack(1, { slow: [100] }, [])).toBe(false);
  });

  test('rolls nothing back that the champion has as often, though it lasts', () => {
    const bursting = CALM_HOURS.map((calm, index) =>
      index % 40 < 8 ? minuteBefore({ errors: 270, slow: [720] }) : calm,
    );
    for (const burst of [{ errors: 30 }, { slow: [80] }]) {
      expect(isRolledBack(8, burst, bursting)).toBe(false);
      expect(isRolledBack(12, burst, CALM_HOURS)).toBe(true);
    }
  });
});

test('both failing alike is no fault of the challenger', () => {
  expect(analyse(Array(10).fill(minute({ errors: 50 }, { errors: 450 }))).verdict).toBe('promote');
});

test('a challenger that has had all traffic from the beginning is compared with what its champion failed before', () => {
  const before = (errors: number): CanaryMinute[] =>
    Array(90).fill(minuteBefore({ invocations: 100, errors }));
  const championBefore = before(1);
  const alone = (errors: number) => Array(2).fill(minute({ errors }, { invocations: 0, errors: 0 }));
  expect(analyse(alone(12)).verdict).not.toBe('rollback');
  expect(analyse(alone(12), { championBefore })).toMatchObject({ verdict: 'rollback' });
  expect(analyse(alone(2), { championBefore }).verdict).not.toBe('rollback');
  // Beside each other, only the same minutes count.
  const both = [minute({ errors: 12 }, { errors: 108 })];
  expect(analyse(both, { championBefore: before(0) }).verdict).not.toBe('rollback');
});

test('an outage of both that ends with the step is no fault of the challenger', () => {
  const outage = minute({ errors: 100 }, { errors: 900 });
  expect(analyse([...Array(9).fill(minute()), outage]).verdict).toBe('promote');
});

test('a sure increase that is tolerated does not roll back', () => {
  const minutes = Array(10).fill(
    minute({ invocations: 100_000, errors: 60 }, { invocations: 900_000, errors: 90 }),
  );
  expect(analyse(minutes, {}, { toleratedErrorRateIncrease: 0 }).verdict).toBe('rollback');
  const decision = analyse(minutes);
  expect(decision.verdict).toBe('promote');
  expect(messageOf(decision, 'errors')).toContain('an increase this small is tolerated');
});

test('a challenger that is slow more often than the champion was is rolled back', () => {
  const decision = analyse(Array(6).fill(minute({ slow: [40] })), { championBefore: CALM_HOURS });
  expect(decision.verdict).toBe('rollback');
  expect(messageOf(decision, 'latency')).toMatch(
    /^p95: challenger took more than 30 ms for 200 of 500 \(40 %\) requests, champion more than 20 ms for 225 of 4500 \(5\.0 %\): evidence/,
  );
});

test('a challenger that is slow in its first minute of traffic alone is cold, and not slow', () => {
  const none = minute({ invocations: 0, slow: [0] });
  const cold = minute({ slow: [100] });
  const decision = analyse([none, cold, ...Array(9).fill(minute())]);
  expect(decision.verdict).toBe('promote');
  expect(messageOf(decision, 'latency')).toContain('45 of 900');
});

test('the percentiles decide together', () => {
  const latencyLimits = [50, 95, 99].map((percentile) => ({
    percentile,
    champion: 20_000,
    challenger: 30_000,
  }));
  const slow = (shares: number[]) => minute({ slow: shares }, { slow: [450, 45, 9] });
  const decision = analyse(Array(10).fill(slow([95, 25, 10])), { latencyLimits });
  expect(decision.verdict).toBe('rollback');
  expect(messageOf(decision, 'latency')).toMatch(
    /^p50: [^:]* 855 of 900 [^:]*; p95: [^:]*; p99: [^:]*: evidence/,
  );
});

test('both being slow is no fault of the challenger', () => {
  expect(analyse(Array(10).fill(minute({ slow: [80] }, { slow: [720] }))).verdict).toBe('promote');
});

test('without a champion to compare with, latency is said not to be compared', () => {
  const decision = analyse(Array(10).fill(minute({ slow: [] }, { slow: [] })), { latencyLimits: undefined });
  expect(decision.verdict).toBe('promote');
  expect(messageOf(decision, 'latency')).toContain('is not compared');
});

test('too little traffic holds the step, and is inconclusive in the end', () => {
  const quiet = (minutes: number) => analyse(Array(minutes).fill(minute({ invocations: 2, slow: [0] })));
  expect(quiet(39).verdict).toBe('hold');
  expect(quiet(40).verdict).toBe('inconclusive');
  expect(quiet(50).verdict).toBe('promote');
  expect(messageOf(quiet(39), 'traffic')).toBe(
    'in this step the challenger had 78 requests, the champion 35100; 100 are needed',
  );
  expect(analyse(Array(10).fill(minute({}, { invocations: 9 }))).verdict).toBe('hold');
  expect(analyse([]).verdict).toBe('hold');
});

test('traffic of earlier steps does not count for this one', () => {
  const quiet = minute({ invocations: 1, slow: [0] });
  const step = { age: 10, shortest: 10, longest: 40 };
  expect(analyse([...Array(30).fill(minute()), ...Array(10).fill(quiet)], { step }).verdict).toBe('hold');
});

test('while it bakes, the challenger is compared with the champion of the minutes before', () => {
  const alone = (errors: number) =>
    minute({ invocations: 1000, errors, slow: [50] }, { invocations: 0, slow: [0] });
  const before = Array(10).fill(minute({ errors: 1 }, { errors: 9 }));
  const step = { age: 5, shortest: 5, longest: 40 };
  expect(analyse([...before, ...Array(5).fill(alone(10))], { step }).verdict).toBe('promote');
  expect(analyse([...before, ...Array(5).fill(alone(60))], { step }).verdict).toBe('rollback');
});

describe('the answers of both', () => {
  const minutes = Array(10).fill(minute());
  const shift = {
    distance: 0.3,
    interval: [0.22, 0.38],
    rows: { challenger: 3000, champion: 27_000 },
  } as const;

  test('are told, and decide nothing unless a distance is given that must not be exceeded', () => {
    const decision = analyse(minutes, { predictionShift: shift });
    expect(decision.verdict).toBe('promote');
    expect(messageOf(decision, 'predictions')).toBe(
      'the distributions of 3000 answers of the challenger and 27000 of the champion are 0.300 apart (0 to 1; confidence interval 0.220 to 0.380)',
    );
    expect(messageOf(analyse(minutes), 'predictions')).toContain('answers are not compared');
  });

  test('roll back when they are significantly farther apart than is allowed', () => {
    const verdict = (maximumPredictionShift: number) =>
      analyse(minutes, { predictionShift: shift }, { maximumPredictionShift }).verdict;
    expect(verdict(0.2)).toBe('rollback');
    expect(verdict(0.25)).toBe('promote');
  });
});

describe('a business metric', () => {
  const judge = (metric: Partial<BusinessMetric>, challenger: number, champion: number) =>
    analyse(
      Array(10).fill(minute({ business: [challenger] }, { business: [champion] })),
      {},
      { business: [{ name: 'Orders', better: 'higher', toleratedChange: 0.05, ...metric }] },
    );

  test('rolls back when too few of what is good came of the challenger', () => {
    const decision = judge({}, 5, 180);
    expect(decision.verdict).toBe('rollback');
    expect(messageOf(decision, 'business')).toMatch(
      /^Orders: challenger 50 of 1000 \(5\.0 %\), champion 1800 of 9000 \(20 %\): evidence /,
    );
    expect(judge({}, 20, 180).verdict).toBe('promote');
    expect(judge({}, 60, 180).verdict).toBe('promote');
  });

  test('rolls back when too many of what is bad came of the challenger', () => {
    expect(judge({ better: 'lower' }, 60, 180).verdict).toBe('rollback');
    expect(judge({ better: 'lower' }, 5, 180).verdict).toBe('promote');
  });

  test('rolls back for the loss of a quarter once it is sure, though orders are many', () => {
    const judgeAfter = (minutes: number) =>
      analyse(
        Array(minutes).fill(minute({ business: [15] }, { business: [180] })),
        {},
        { business: [{ name: 'Orders', better: 'higher', toleratedChange: 0.05 }] },
      ).verdict;
    expect(judgeAfter(10)).toBe('promote');
    expect(judgeAfter(30)).toBe('rollback');
  });

  test('does not roll back for one minute with a burst of orders to the champion', () => {
    const burst = minute({ business: [20] }, { business: [1800] });
    const calm = Array(15).fill(minute({ business: [20] }, { business: [180] }));
    const policy = { business: [{ name: 'Orders', better: 'higher' as const, toleratedChange: 0 }] };
    expect(analyse([...calm, burst, ...calm], {}, policy).verdict).toBe('promote');
    expect(analyse(Array(15).fill(burst), {}, policy).verdict).toBe('rollback');
  });

  test('may change by as much as is tolerated, however sure it is', () => {
    expect(judge({ toleratedChange: 0.74 }, 5, 180).verdict).toBe('rollback');
    expect(judge({ toleratedChange: 0.76 }, 5, 180).verdict).toBe('promote');
  });
});
