import { evaluate } from '../../../lambda/domain/promotion-gate';
import reference from '../../reference/delong.json';

const { labels, scores } = reference;

const failed = (decision: ReturnType<typeof evaluate>) =>
  decision.reasons.filter(({ passed }) => !passed).map(({ rule }) => rule);

test('a challenger that is surely better is promoted, with the numbers', () => {
  const decision = evaluate({ rows: { label: labels, champion: scores.s100b, challenger: scores.wfns } });
  expect(decision.verdict).toBe('promote');
  expect(decision.metrics).toMatchObject({
    champion: { auc: expect.closeTo(0.7313686, 7) },
    challenger: { auc: expect.closeTo(0.8236789, 7) },
    difference: expect.closeTo(0.0923103, 6),
    pValue: expect.closeTo(0.01358789, 8),
  });
  expect(decision.reasons.map(({ rule }) => rule)).toEqual([
    'usable-labels',
    'usable-scores',
    'enough-rows',
    'better-than-champion',
  ]);
});

test('the interval excludes the margin exactly if the challenger is promoted', () => {
  const rows = { label: labels, champion: scores.s100b, challenger: scores.wfns };
  const [low] = evaluate({ rows }).metrics?.interval ?? [];
  const margin = low as number;
  expect(evaluate({ rows, policy: { margin: margin - 1e-6 } }).verdict).toBe('promote');
  expect(evaluate({ rows, policy: { margin: margin + 1e-6 } }).verdict).toBe('keep');
});

test.each([
  ['worse', scores.wfns, scores.s100b],
  ['the same', scores.wfns, scores.wfns],
  ['perhaps better', scores.ndka, scores.s100b],
])('a challenger that is %s does not replace the champion', (_, champion, challenger) => {
  const decision = evaluate({ rows: { label: labels, champion, challenger } });
  expect(decision.verdict).toBe('keep');
  expect(failed(decision)).toEqual(['better-than-champion']);
});

test('a negative margin lets a challenger in that is not much worse', () => {
  const rows = { label: labels, champion: scores.wfns, challenger: scores.wfns.map((v, i) => v + i / 1000) };
  expect(evaluate({ rows }).verdict).toBe('keep');
  expect(evaluate({ rows, policy: { margin: -0.1 } }).verdict).toBe('promote');
});

test('the first model must beat chance', () => {
  expect(evaluate({ rows: { label: labels, challenger: scores.wfns } }).verdict).toBe('promote');
  const noise = labels.map((_, i) => (i * 7919) % 113);
  const decision = evaluate({ rows: { label: labels, challenger: noise } });
  expect(decision.verdict).toBe('keep');
  expect(failed(decision)).toEqual(['better-than-chance']);
});

test('the first model must reach the floor, if there is one', () => {
  const rows = { label: labels, challenger: scores.wfns };
  expect(evaluate({ rows, policy: { floor: 0.8 } }).verdict).toBe('promote');
  expect(failed(evaluate({ rows, policy: { floor: 0.83 } }))).toEqual(['absolute-floor']);
});

test('a challenger that beats the champion still must reach the floor', () => {
  const rows = { label: labels, champion: scores.s100b, challenger: scores.wfns };
  expect(failed(evaluate({ rows, policy: { floor: 0.9 } }))).toEqual(['absolute-floor']);
});

const withFirst = <T>(values: readonly number[], first: T) => [first, ...values.slice(1)];

test.each([
  ['no rows', { label: [], champion: [], challenger: [] }, 'enough-rows'],
  ['one row', { label: [1], champion: [0.1], challenger: [0.9] }, 'enough-rows'],
  [
    'ten rows, perfectly separated',
    { label: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], challenger: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] },
    'enough-rows',
  ],
  ['one class only', { label: labels.map(() => 1), challenger: scores.wfns }, 'enough-rows'],
  ['a missing score', { label: labels, challenger: withFirst(scores.wfns, null) }, 'usable-scores'],
  ['a NaN score', { label: labels, challenger: withFirst(scores.wfns, Number.NaN) }, 'usable-scores'],
  ['an infinite score', { label: labels, challenger: withFirst(scores.wfns, Infinity) }, 'usable-scores'],
  ['too few scores', { label: labels, challenger: scores.wfns.slice(1) }, 'usable-scores'],
  ['a constant challenger', { label: labels, challenger: labels.map(() => 0.3) }, 'usable-scores'],
  [
    'a constant champion',
    { label: labels, champion: labels.map(() => 0.3), challenger: scores.wfns },
    'usable-scores',
  ],
  [
    "a champion's missing score",
    { label: labels, champion: withFirst(scores.s100b, undefined), challenger: scores.wfns },
    'usable-scores',
  ],
  ['a missing label', { label: withFirst(labels, null), challenger: scores.wfns }, 'usable-labels'],
  ['a third class', { label: withFirst(labels, 2), challenger: scores.wfns }, 'usable-labels'],
])('%s keeps the champion and says why', (_, rows, rule) => {
  const decision = evaluate({ rows });
  expect(decision.verdict).toBe('keep');
  expect(decision.metrics).toBeUndefined();
  expect(failed(decision)).toContain(rule);
});

test('the decision is plain JSON', () => {
  const decision = evaluate({ rows: { label: labels, champion: scores.s100b, challenger: scores.wfns } });
  expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
});

test('probability metrics are given for probabilities only', () => {
  const probabilities = scores.wfns.map((v) => v / 5);
  expect(evaluate({ rows: { label: labels, challenger: probabilities } }).metrics?.challenger).toMatchObject({
    logLoss: expect.any(Number),
    brier: expect.any(Number),
    accuracy: expect.any(Number),
  });
  const { challenger } = evaluate({ rows: { label: labels, challenger: scores.wfns } }).metrics ?? {};
  expect(Object.keys(challenger ?? {})).toEqual(['auc']);
});

test.each([{ alpha: 0 }, { alpha: Number.NaN }, { margin: 1 }, { floor: 70 }, { minimumRowsPerClass: 0 }])(
  'the policy %p is refused',
  (policy) => {
    expect(() => evaluate({ rows: { label: labels, challenger: scores.wfns }, policy })).toThrow(
      `gate policy: ${Object.keys(policy)[0]} ${Object.values(policy)[0]}`,
    );
  },
);
