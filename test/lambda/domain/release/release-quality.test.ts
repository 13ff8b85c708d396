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

const answer = (role: Role, label: number, prediction: number, step = 1): LabelledAnswer => ({
  role,
  step,
  label,
  prediction,
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
    answers.add('a', { role: 'challenger', step: 1, predictions: [0.9, 0.2] });
    answers.add('b', { role: 'champion', step: 2, predictions: [0.4] });
    return { answers, labels: new IdSample<readonly number[]>(100) };
  };

  test('find each other row by row, whichever comes first', () => {
    const { answers, labels } = samples();
    labels.add('a', [1, 0]);
    labels.add('unknown', [1]);
    expect(matchLabels(answers, labels, BINARY)).toEqual({
      matched: [{ answer: { role: 'challenger', step: 1, predictions: [0.9, 0.2] }, labels: [1, 0] }],
      problems: [],
    });
    labels.add('late', [0]);
    expect(matchLabels(answers, labels, BINARY).matched).toEqual([]);
    const late: ReleaseAnswer = { role: 'champion', step: 1, predictions: [0.1] };
    answers.add('late', late);
    expect(matchLabels(answers, labels, BINARY).matched).toEqual([{ answer: late, labels: [0] }]);
  });

  test('count once, though either may come twice', () => {
    const { answers, labels } = samples();
    labels.add('b', [1]);
    const one: ReleaseAnswer = { role: 'champion', step: 2, predictions: [0.4] };
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
  expect(quality?.pairs).toEqual([
    { champion: { events: 1, requests: 2 }, challenger: { events: 2, requests: 3 } },
  ]);
});

test('of several classes an answer is wrong if it is another', () => {
  const rows = [answer('champion', 1, 1), answer('champion', 0, 2), answer('challenger', 2, 2)];
  expect(addLabelled(rows, undefined, { type: 'multiClass', classes: 3 })?.pairs).toEqual([
    { champion: { events: 1, requests: 2 }, challenger: { events: 0, requests: 1 } },
  ]);
});

test('only answers of the same step are compared', () => {
  const quality = addLabelled(
    [answer('champion', 1, 0, 1), answer('challenger', 1, 0, 2)],
    undefined,
    BINARY,
  );
  expect(quality?.pairs).toEqual([]);
  expect(judge(quality)).toMatchObject({
    verdict: 'promote',
    message: 'quality is not known: no labels have arrived for answers of both in the same step',
  });
});

test('numbers are wrong if they are farther off than the median of the first answers of the champion', () => {
  const first = Array.from({ length: 101 }, (_, i) => answer('champion', 10, 10 + i));
  const chosen = addLabelled([...first, answer('challenger', 10, 1000)], undefined, REGRESSION);
  expect(chosen).toMatchObject({ kind: 'numbers', limit: 50, pairs: [] });
  const quality = addLabelled(
    [answer('champion', 1, 51), answer('challenger', 1, 52), answer('challenger', 0, 50)],
    chosen,
    REGRESSION,
  );
  expect(quality?.pairs).toEqual([
    { champion: { events: 0, requests: 1 }, challenger: { events: 1, requests: 2 } },
  ]);
  expect(judge(quality)?.message).toMatch(
    /^challenger was off by more than 50 in 1 of 2 \(50 %\) answers with a label, champion in 0 of 1 /,
  );
});

test('a challenger that is wrong more often is rolled back, unless the drop is tolerated', () => {
  const rows = (role: Role, wrong: number, right: number) => [
    ...Array(wrong).fill(answer(role, 1, 0.2)),
    ...Array(right).fill(answer(role, 1, 0.8)),
  ];
  const quality = addLabelled(
    [...rows('champion', 90, 810), ...rows('challenger', 40, 60)],
    undefined,
    BINARY,
  );
  const reason = judge(quality);
  expect(reason?.verdict).toBe('rollback');
  expect(reason?.message).toMatch(
    /^challenger was wrong in 40 of 100 \(40 %\) answers with a label, champion in 90 of 900 \(10 %\): evidence .* 460:1 rolls back$/,
  );
  expect(judge(quality, { toleratedQualityDrop: 0.31 })?.message).toContain('a drop this small is tolerated');
});

describe('simulated releases in three steps, whose labels come late, and those of one class much later', () => {
  interface Waiting extends LabelledAnswer {
    readonly arrives: number;
  }

  /** Whether it is rolled back within two hours. */
  function isRolledBack(random: Random, flip: number, spread: number | undefined): boolean {
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
          step,
          arrives: minute + delay,
          ...(spread === undefined
            ? { label: Number(isPositive), prediction: Number(isPositive !== isWrong) }
            : { label: 7.5, prediction: 7.5 + off }),
        });
      }
      quality = addLabelled(
        waiting.filter(({ arrives }) => arrives <= minute),
        quality,
        spread === undefined ? BINARY : REGRESSION,
      );
      waiting = waiting.filter(({ arrives }) => arrives > minute);
    }
    // Evidence stays: one look at the end sees what any look before has seen.
    return judge(quality, { alpha: 1, toleratedQualityDrop: -1 })?.verdict === 'rollback';
  }

  const share = (seed: number, trials: number, flip: number, spread?: number) => {
    const random = new Random(seed);
    return Array.from({ length: trials }, () => isRolledBack(random, flip, spread)).filter(Boolean).length;
  };

  // With alpha 1 the rule has a share of .04 of it. More than 12 of 100 releases happen with probability 2e-4
  // (binomial).
  test.each([
    ['classes', undefined],
    ['numbers', 1],
  ])('equal %s are rolled back no more often than alpha', (_kind, spread) => {
    expect(share(20261125, 100, 0, spread)).toBeLessThanOrEqual(12);
  });

  test('worse ones are found', () => {
    expect(share(1, 20, 0.15)).toBeGreaterThanOrEqual(19);
    expect(share(2, 20, 0, 2)).toBeGreaterThanOrEqual(19);
  });
});
