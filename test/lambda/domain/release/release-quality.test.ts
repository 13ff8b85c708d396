import { drawLabelled, LABEL_BURSTS, minuteOfLabels, rowsRollBack } from '../../../../bench/canary-labels';
import { Random } from '../../../../bench/random';
import { analyseCanary } from '../../../../lambda/domain/release/canary-analysis';
import {
  addLabelled,
  type LabelledAnswer,
  matchLabels,
  type ReleaseAnswer,
  type ReleaseQuality,
  type Role,
} from '../../../../lambda/domain/release/release-quality';
import { IdSample } from '../../../../lambda/domain/statistics/id-sample';

const BINARY = { type: 'binary' } as const;
const REGRESSION = { type: 'regression' } as const;

const answer = (role: Role, label: number, prediction: number, minute = 1): LabelledAnswer => ({
  role,
  minute,
  rows: [{ label, prediction }],
});

const judge = (quality: ReleaseQuality | undefined, policy = {}) => {
  const labels = { quality, unusable: 0 };
  const step = { age: 0, shortest: 0, longest: 10 };
  const { reasons } = analyseCanary({ minutes: [], step, labels }, policy);
  return reasons.find(({ rule }) => rule === 'quality');
};

describe('labels and answers', () => {
  const samples = () => {
    const answers = new IdSample<ReleaseAnswer>(100);
    answers.add('a', { role: 'challenger', minute: 1, predictions: [0.9, 0.2] });
    answers.add('b', { role: 'champion', minute: 2, predictions: [0.4] });
    return { answers, labels: new IdSample<readonly number[]>(100) };
  };

  test('find each other row by row, whichever comes first', () => {
    const { answers, labels } = samples();
    labels.add('a', [1, 0]);
    labels.add('unknown', [1]);
    expect(matchLabels(answers, labels, BINARY)).toEqual({
      matched: [{ answer: { role: 'challenger', minute: 1, predictions: [0.9, 0.2] }, labels: [1, 0] }],
      problems: [],
    });
    labels.add('late', [0]);
    expect(matchLabels(answers, labels, BINARY).matched).toEqual([]);
    const late: ReleaseAnswer = { role: 'champion', minute: 1, predictions: [0.1] };
    answers.add('late', late);
    expect(matchLabels(answers, labels, BINARY).matched).toEqual([{ answer: late, labels: [0] }]);
  });

  test('count once, though either may come twice', () => {
    const { answers, labels } = samples();
    labels.add('b', [1]);
    const one: ReleaseAnswer = { role: 'champion', minute: 2, predictions: [0.4] };
    expect(matchLabels(answers, labels, BINARY).matched).toEqual([{ answer: one, labels: [1] }]);
    labels.add('b', [0]);
    answers.add('b', one);
    expect(matchLabels(answers, labels, BINARY)).toEqual({ matched: [], problems: [] });
  });

  test('of another number of rows are told', () => {
    const { answers, labels } = samples();
    labels.add('a', [1]);
    expect(matchLabels(answers, labels, BINARY)).toEqual({
      matched: [],
      problems: ['request a has 2 rows and 1 labels'],
    });
  });

  test('that are none are told', () => {
    const { answers, labels } = samples();
    labels.add('a', [1, 3]);
    expect(matchLabels(answers, labels, BINARY)).toEqual({
      matched: [],
      problems: ['request a has the label 3, which is neither 0 nor 1'],
    });
  });
});

test('an answer is wrong if it is on the other side of a half', () => {
  const quality = addLabelled(
    [
      answer('champion', 1, 0.5),
      answer('champion', 0, 0.5),
      answer('challenger', 1, 0.49),
      answer('challenger', 0, 0.49),
      answer('challenger', 0, 0.7),
    ],
    undefined,
    BINARY,
  );
  expect(quality?.minutes).toEqual([
    { minute: 1, champion: { events: 1, requests: 2 }, challenger: { events: 2, requests: 3 } },
  ]);
});

test('of several classes an answer is wrong if it is another', () => {
  const rows = [answer('champion', 1, 1), answer('champion', 0, 2), answer('challenger', 2, 2)];
  expect(addLabelled(rows, undefined, { type: 'multiClass', classes: 3 })?.minutes).toEqual([
    { minute: 1, champion: { events: 1, requests: 2 }, challenger: { events: 0, requests: 1 } },
  ]);
});

test('only answers of the same minute are compared', () => {
  const answers = [answer('champion', 1, 0, 1), answer('challenger', 1, 0, 2)];
  const quality = addLabelled(answers, undefined, BINARY);
  expect(judge(quality)).toMatchObject({
    verdict: 'promote',
    message: 'quality is not known: no labels have arrived for answers of both in the same minute',
  });
});

test('labels that arrive later count in the minute of their answers', () => {
  const first = addLabelled([answer('champion', 1, 0, 2), answer('champion', 1, 1, 1)], undefined, BINARY);
  const second = addLabelled([answer('challenger', 1, 0, 1), answer('champion', 0, 1, 1)], first, BINARY);
  expect(second?.minutes).toEqual([
    { minute: 1, champion: { events: 1, requests: 2 }, challenger: { events: 1, requests: 1 } },
    { minute: 2, champion: { events: 1, requests: 1 }, challenger: { events: 0, requests: 0 } },
  ]);
});

test('an answer to several rows counts once, by the share of them that is wrong', () => {
  const quality = addLabelled(
    [
      answer('champion', 1, 1),
      { role: 'challenger', minute: 1, rows: [1, 1, 0, 1].map((prediction) => ({ label: 1, prediction })) },
      answer('challenger', 1, 0),
    ],
    undefined,
    BINARY,
  );
  expect(quality?.minutes).toEqual([
    { minute: 1, champion: { events: 0, requests: 1 }, challenger: { events: 1.25, requests: 2 } },
  ]);
  expect(judge(quality)?.message).toMatch(
    /^challenger was wrong in 1.3 of 2 \(63 %\) answers with a label, /,
  );
});

test('numbers are wrong if they are farther off than the median of the first answers of the champion', () => {
  const first = Array.from({ length: 101 }, (_, i) => answer('champion', 10, 10 + i));
  const chosen = addLabelled([...first, answer('challenger', 10, 1000)], undefined, REGRESSION);
  expect(chosen).toMatchObject({ kind: 'numbers', limit: 50, minutes: [] });
  const quality = addLabelled(
    [answer('champion', 1, 51), answer('challenger', 1, 52), answer('challenger', 0, 50)],
    chosen,
    REGRESSION,
  );
  expect(quality?.minutes).toEqual([
    { minute: 1, champion: { events: 0, requests: 1 }, challenger: { events: 1, requests: 2 } },
  ]);
  expect(judge(quality)?.message).toMatch(
    /^challenger was off by more than 50 in 1 of 2 \(50 %\) answers with a label, champion in 0 of 1 /,
  );
});

test('a challenger that is wrong more often is rolled back, unless the drop is tolerated', () => {
  const answers = (role: Role, minute: number, wrong: number, right: number) => [
    ...Array(wrong).fill(answer(role, 1, 0.2, minute)),
    ...Array(right).fill(answer(role, 1, 0.8, minute)),
  ];
  const quality = addLabelled(
    Array.from({ length: 10 }, (_, minute) => minute).flatMap((minute) => [
      ...answers('champion', minute, 18, 162),
      ...answers('challenger', minute, 8, 12),
    ]),
    undefined,
    BINARY,
  );
  const reason = judge(quality);
  expect(reason?.verdict).toBe('rollback');
  expect(reason?.message).toMatch(
    /^challenger was wrong in 80 of 200 \(40 %\) answers with a label, champion in 180 of 1800 \(10 %\): evidence .* 220:1 rolls back$/,
  );
  expect(judge(quality, { toleratedQualityDrop: 0.31 })?.message).toContain('a drop this small is tolerated');
});

describe('simulated releases in three steps, whose labels come late, and those of one class much later', () => {
  interface Waiting extends LabelledAnswer {
    readonly arrives: number;
  }

  /** Whether it is rolled back within two hours. */
  function isRolledBack(random: Random, flip: number, spread: number | undefined, alpha: number): boolean {
    let quality: ReleaseQuality | undefined;
    let waiting: Waiting[] = [];
    for (let minute = 0; minute < 120; minute += 2) {
      const step = Math.min(2, Math.floor(minute / 20));
      for (let request = 0; request < 40; request++) {
        const role = random.uniform() < ([0.1, 0.5, 0.9][step] as number) ? 'challenger' : 'champion';
        const worse = role === 'challenger';
        const isPositive = random.uniform() < 0.2;
        const delay = (isPositive ? 2 : 30) * random.uniform();
        const isWrong = random.uniform() < (isPositive ? 0.5 : 0.1) + (worse ? flip : 0);
        const off = random.normal() * (worse ? (spread ?? 1) : 1);
        waiting.push({
          role,
          minute,
          arrives: minute + delay,
          rows: [
            spread === undefined
              ? { label: Number(isPositive), prediction: Number(isPositive !== isWrong) }
              : { label: 7.5, prediction: 7.5 + off },
          ],
        });
      }
      quality = addLabelled(
        waiting.filter(({ arrives }) => arrives <= minute),
        quality,
        spread === undefined ? BINARY : REGRESSION,
      );
      waiting = waiting.filter(({ arrives }) => arrives > minute);
      const isLook = minute % 6 === 0;
      if (isLook && judge(quality, { alpha, toleratedQualityDrop: -1 })?.verdict === 'rollback') return true;
    }
    return false;
  }

  const share = (seed: number, trials: number, flip: number, spread?: number, alpha = 1) => {
    const random = new Random(seed);
    return Array.from({ length: trials }, () => isRolledBack(random, flip, spread, alpha)).filter(Boolean)
      .length;
  };

  // Of an alpha of .47 the rule has .043. More than 9 of 60 releases happen with probability 2e-4 (binomial).
  test.each([
    ['classes', undefined],
    ['numbers', 1],
  ])('equal %s are rolled back no more often than alpha', (_kind, spread) => {
    expect(share(20261125, 60, 0, spread, 0.47)).toBeLessThanOrEqual(9);
  });

  test('worse ones are found', () => {
    expect(share(1, 20, 0.25)).toBeGreaterThanOrEqual(19);
    expect(share(2, 20, 0, 4)).toBeGreaterThanOrEqual(19);
  });
});

describe('simulated releases with bursts of wrong answers', () => {
  const rolledBack = (name: keyof typeof LABEL_BURSTS, rps: number, ratio: number, trials: number) => {
    const random = new Random(20261130);
    return Array.from({ length: trials }, () =>
      minuteOfLabels(drawLabelled(random, { rps, ratio }, LABEL_BURSTS[name] ?? {})),
    ).filter(Number.isFinite).length;
  };

  // Alpha of all rules together is .05: more than 6 of 40 happen with probability .003 (binomial).
  test.each(Object.keys(LABEL_BURSTS))(
    'equal versions are rolled back no more often than alpha: %s',
    (name) => {
      expect(rolledBack(name, 2, 1, 40)).toBeLessThanOrEqual(6);
    },
  );

  test.each(Object.keys(LABEL_BURSTS))(
    'a challenger that is wrong four times as often is found: %s',
    (name) => {
      expect(rolledBack(name, 10, 4, 20)).toBeGreaterThanOrEqual(18);
    },
  );

  test('a test that treats rows of one customer as independent rolls equal versions back', () => {
    const random = new Random(1);
    const releases = Array.from({ length: 40 }, () =>
      drawLabelled(random, { rps: 2 }, { rows: 200, hard: 0.1 }),
    );
    expect(releases.filter((minutes) => rowsRollBack(minutes, 200, Math.log(217))).length).toBeGreaterThan(
      10,
    );
  });
});
