import type { GatePolicy } from '../../../../contracts/gate-policy';
import { DEFAULT_GATE_POLICY } from '../../../../lambda/domain/gate/gate-policy';
import { evaluate, type GateRequest } from '../../../../lambda/domain/gate/promotion-gate';
import type { GateRows } from '../../../../lambda/domain/gate/rules/rule';
import reference from '../../../reference/delong.json';

const { labels, scores } = reference;
const ranked = { label: labels, champion: scores.s100b, challenger: scores.wfns };

const judge = (rows: GateRows, policy: Partial<GatePolicy> = {}, more: Partial<GateRequest> = {}) =>
  evaluate({ rows, policy, ...more });
const missed = (decision: ReturnType<typeof evaluate>) =>
  decision.reasons.filter(({ passed }) => !passed).map(({ rule }) => rule);
const saidOf = (decision: ReturnType<typeof evaluate>, rule: string) =>
  decision.reasons.find((reason) => reason.rule === rule)?.message;

/** 400 rows of two classes: the challenger is right more often, save where it is told otherwise. */
const many = (changes: Partial<GateRows> = {}): GateRows => {
  const label = Array.from({ length: 400 }, (_, i) => i % 2);
  const noise = (i: number, period: number) => ((i * 7919) % period) / period;
  const score = (weight: number, period: number) =>
    label.map((one, i) => 0.1 + 0.8 * (weight * one + (1 - weight) * noise(i, period)));
  return { label, champion: score(0.15, 113), challenger: score(0.45, 97), ...changes };
};
const NUMBERS: Partial<GatePolicy> = { metric: { name: 'mae' } };
const superior = { rule: 'superior', margin: 0 } as const;

describe('a challenger', () => {
  test('that is significantly better is promoted, with the numbers of pROC', () => {
    const decision = judge(ranked);
    expect(decision.verdict).toBe('promote');
    expect(decision.metrics).toMatchObject({
      primary: 'auc',
      champion: { auc: expect.closeTo(0.7313686, 7) },
      challenger: { auc: expect.closeTo(0.8236789, 7) },
      difference: expect.closeTo(0.0923103, 6),
      pValue: expect.closeTo(0.01358789, 8),
    });
    expect(decision.reasons.map(({ rule }) => rule)).toEqual([
      'usable-labels',
      'usable-scores',
      'enough-rows',
      'superior',
    ]);
  });

  test('is promoted exactly if the interval excludes the margin', () => {
    const [low] = judge(many()).metrics?.interval ?? [];
    const at = (margin: number) => judge(many(), { rules: [{ rule: 'superior', margin }] }).verdict;
    expect(low).toBeGreaterThan(0.1);
    expect(at((low as number) - 1e-6)).toBe('promote');
    expect(at((low as number) + 1e-6)).toBe('keep');
  });

  test.each([
    ['worse', scores.wfns, scores.s100b],
    ['the same', scores.wfns, scores.wfns],
    ['perhaps better', scores.ndka, scores.s100b],
  ])('that is %s does not replace the champion', (_, champion, challenger) => {
    const decision = judge({ label: labels, champion, challenger });
    expect(decision.verdict).toBe('keep');
    expect(missed(decision)).toEqual(['superior']);
  });

  test('that is significantly less than the margin worse is promoted if the policy requires no more', () => {
    const rows = many();
    const same = { ...rows, champion: rows.challenger };
    const rules = [{ rule: 'notInferior', margin: 0.05 } as const];
    expect(judge(same).verdict).toBe('keep');
    expect(saidOf(judge(same, { rules }), 'not-inferior')).toContain(
      "is significantly less than 0.05 worse than champion's",
    );
    expect(
      missed(judge({ ...rows, champion: rows.challenger, challenger: rows.champion as number[] }, { rules })),
    ).toEqual(['not-inferior']);
  });

  test('that beats the champion still must reach the floor', () => {
    const rules = [superior, { rule: 'atLeast', floor: 0.9 } as const];
    expect(missed(judge(ranked, { rules }))).toEqual(['at-least']);
  });

  test('must have calibrated probabilities if the policy asks for them', () => {
    const rows = many();
    const rules = (max: number) => [superior, { rule: 'calibrated', max } as const];
    expect(judge(rows, { rules: rules(0.9) }).verdict).toBe('promote');
    const decision = judge(rows, { rules: rules(0.01) });
    expect(missed(decision)).toEqual(['calibrated']);
    expect(saidOf(decision, 'calibrated')).toMatch(
      /calibration error 0\.\d+, of which 0\.\d+ may be chance, is above 0.01/,
    );
    expect(saidOf(judge(ranked, { rules: rules(0.1) }), 'calibrated')).toContain('are not probabilities');
  });

  test('must not be larger than the policy allows', () => {
    const policy = { rules: [superior, { rule: 'sizeWithin', ratio: 2 } as const] };
    expect(judge(ranked, policy, { bytes: { champion: 10, challenger: 20 } }).verdict).toBe('promote');
    const large = judge(ranked, policy, { bytes: { champion: 10, challenger: 25 } });
    expect(saidOf(large, 'size-within')).toBe(
      "challenger's archive has 2.5 times the size of champion's, above 2",
    );
    expect(missed(judge(ranked, policy, { bytes: { challenger: 25 } }))).toEqual(['size-within']);
  });

  test('must not be more wrong for some people than for others', () => {
    const rows = many();
    const old = rows.challenger.length / 2;
    const age = Array.from({ length: 2 * old }, (_, i) => (i < old ? 'old' : 'young'));
    const challenger = Array.from(rows.challenger, (score, i) =>
      i < old ? score : ((rows.champion?.[i] as number) + (score as number)) / 2,
    );
    const rules = (max: number) => [superior, { rule: 'fairnessGap', column: 'age', max } as const];
    const unequal = { ...rows, challenger, columns: { age } };
    const at = (max: number) => judge(unequal, { rules: rules(max), ifUndecided: 'needs-person' });
    expect(saidOf(at(0.5), 'fairness-gap')).toMatch(
      /for age = old and 0\.\d+ for age = young: the gap 0\.0501 \(\+0\.021 to \+0\.0792\) is significantly within 0.5, p = /,
    );
    const isSaid = [0.0791, 0.0793, 0.0502, 0.05].map((max) => [at(max).verdict, missed(at(max))]);
    expect(isSaid).toEqual([
      ['needs-person', ['fairness-gap']],
      ['promote', []],
      ['needs-person', ['fairness-gap']],
      ['keep', ['fairness-gap']],
    ]);
    // The same people on both sides: their errors are the same, and so is the metric for certain.
    const twice = <T>(values: ArrayLike<T>) => [...Array.from(values), ...Array.from(values)];
    const both: GateRows = {
      label: twice(rows.label),
      champion: twice(rows.champion as number[]),
      challenger: twice(rows.challenger),
      columns: { age: twice(age).map((_, i) => (i < age.length ? 'old' : 'young')) },
      group: twice(age.map((_, i) => String(i))),
    };
    const { reasons } = judge(both, { rules: rules(0.01) });
    expect(reasons.find(({ rule }) => rule === 'fairness-gap')).toMatchObject({
      passed: true,
      numbers: { gap: 0, low: expect.closeTo(0, 8), high: expect.closeTo(0, 8) },
    });
    const alone = { ...rows, columns: { age: age.map(() => 'old') } };
    expect(saidOf(judge(alone, { rules: rules(0.5) }), 'fairness-gap')).toBe(
      'age has 1 values with enough rows to be compared; it needs 2',
    );
  });
});

describe('slices', () => {
  const policy: Partial<GatePolicy> = {
    rules: [superior, { rule: 'noSliceWorse', columns: ['region'], margin: 0 }],
  };
  const withRegions = (region: (row: number) => string, isWorse: (row: number) => boolean = () => false) => {
    const rows = many();
    const challenger = Array.from(rows.challenger, (score, i) =>
      isWorse(i) ? 1 - (score as number) : score,
    );
    return {
      ...rows,
      challenger,
      columns: { region: rows.challenger && Array.from(rows.challenger, (_, i) => region(i)) },
    };
  };

  test('in none of which it is worse let it pass', () => {
    const decision = judge(
      withRegions((i) => (i < 200 ? 'north' : 'south')),
      policy,
    );
    expect(decision.verdict).toBe('promote');
    expect(saidOf(decision, 'no-slice-worse')).toContain('in none of 2 slices');
  });

  test('in one of which it is significantly worse keep the champion, though it is better on the whole', () => {
    const decision = judge(
      withRegions(
        (i) => (i < 80 ? 'north' : 'south'),
        (i) => i < 80,
      ),
      policy,
    );
    expect(decision.verdict).toBe('keep');
    expect(missed(decision)).toEqual(['no-slice-worse']);
    expect(saidOf(decision, 'no-slice-worse')).toMatch(
      /significantly worse in 1 of 2 slices: region = north, lead -0\.\d+ \(-/,
    );
  });

  test('with too few rows, or no value, are told', () => {
    const regions = (i: number) => (i < 10 ? 'islands' : i < 30 ? '' : 'main');
    expect(saidOf(judge(withRegions(regions), policy), 'no-slice-worse')).toMatch(
      /in none of 1 slices.*; not evaluated: region = islands \(5 rows of class 0 and 5 of class 1; each class needs 30\); region = \(empty\) \(10 rows/,
    );
  });

  test('none of which can be judged leave it open', () => {
    const decision = judge(withRegions(String), { ...policy, ifUndecided: 'needs-person' });
    expect(decision.verdict).toBe('needs-person');
    expect(saidOf(decision, 'no-slice-worse')).toMatch(/^no slice of region has enough rows.*and 395 more$/);
  });

  test('many equal ones are not worse by chance', () => {
    const rows = many();
    const equal = { ...rows, columns: { region: Array.from(rows.label, (_, i) => String(i % 5)) } };
    const challenger = Array.from(rows.champion as number[], (score, i) => score + ((i * 31) % 11) / 1000);
    const decision = judge({ ...equal, challenger }, { ...policy, minimumRows: 10 });
    expect(decision.reasons.find(({ rule }) => rule === 'no-slice-worse')?.numbers).toMatchObject({
      slices: 5,
      judged: 5,
      worse: 0,
    });
  });
});

describe('the first model', () => {
  test('must significantly beat the best answer that is the same for all rows', () => {
    expect(judge({ label: labels, challenger: scores.wfns }).verdict).toBe('promote');
    const decision = judge({ label: labels, challenger: labels.map((_, i) => (i * 7919) % 113) });
    expect(decision.verdict).toBe('keep');
    expect(missed(decision)).toEqual(['better-than-baseline']);
    expect(saidOf(decision, 'better-than-baseline')).toContain(
      'is not significantly better than 0.5, that of the best answer',
    );
  });

  test('must reach the floor instead, if there is one', () => {
    const rules = (floor: number) => [superior, { rule: 'atLeast', floor } as const];
    const rows = { label: labels, challenger: scores.wfns };
    expect(judge(rows, { rules: rules(0.8) }).verdict).toBe('promote');
    expect(missed(judge(rows, { rules: rules(0.83) }))).toEqual(['at-least']);
  });

  test('that predicts numbers must beat the median', () => {
    const label = Array.from({ length: 100 }, (_, i) => (i * 37) % 101);
    const rows = { label, challenger: label.map((one, i) => one + (i % 3)) };
    expect(saidOf(judge(rows, NUMBERS), 'better-than-baseline')).toMatch(
      /error 0\.99 is significantly better than 25/,
    );
    expect(judge({ label, challenger: label.map((_, i) => i) }, NUMBERS).verdict).toBe('keep');
  });
});

describe('numbers', () => {
  const label = Array.from({ length: 200 }, (_, i) => ((i * 37) % 101) / 10);
  const off = (by: number) => label.map((one, i) => one + by * (((i * 53) % 17) / 8 - 1));

  test.each(['mae', 'rmse'] as const)('are compared by %s, lower being better', (name) => {
    const policy: Partial<GatePolicy> = { metric: { name } };
    expect(judge({ label, champion: off(2), challenger: off(1) }, policy).verdict).toBe('promote');
    const worse = judge({ label, champion: off(1), challenger: off(2) }, policy);
    expect(missed(worse)).toEqual(['superior']);
    expect(worse.metrics?.difference).toBeLessThan(0);
  });

  test('have a floor that is not to be exceeded', () => {
    const rules = (floor: number) => [superior, { rule: 'atLeast', floor } as const];
    const rows = { label, champion: off(2), challenger: off(1) };
    const mae = judge(rows, NUMBERS).metrics?.challenger.mae as number;
    expect(judge(rows, { ...NUMBERS, rules: rules(mae + 0.01) }).verdict).toBe('promote');
    expect(missed(judge(rows, { ...NUMBERS, rules: rules(mae - 0.01) }))).toEqual(['at-least']);
  });
});

describe('several classes', () => {
  const label = Array.from({ length: 300 }, (_, i) => i % 3);
  /** Probabilities of which the true class has more than its share, in most rows. */
  const probabilities = (sure: number) =>
    label.flatMap((one, i) => {
      const taken = i % 10 === 0 ? (one + 1) % 3 : one;
      const rest = (1 - sure - (i % 7) / 100) / 2;
      return [0, 1, 2].map((each) => (each === taken ? 1 - 2 * rest : rest));
    });
  const rows = { label, champion: probabilities(0.4), challenger: probabilities(0.7) };
  const metric = { name: 'logLoss', classes: 3 } as const;

  test('are compared by their probabilities, and measured by their most likely class, too', () => {
    const decision = judge(rows, { metric });
    expect(decision.verdict).toBe('promote');
    expect(decision.metrics).toMatchObject({
      primary: 'logLoss',
      challenger: { accuracy: 0.9, macroF1: expect.closeTo(0.9, 12) },
    });
    const same = judge(rows, { metric: { name: 'macroF1', classes: 3 } });
    expect(missed(same)).toEqual(['superior']);
  });

  test('are judged slice by slice', () => {
    const isIsland = (row: number) => row % 5 === 0;
    const challenger = rows.challenger.map((p, i) =>
      isIsland(Math.floor(i / 3)) ? (i % 3 === 1 ? 0.98 : 0.01) : p,
    );
    const region = label.map((_, row) => (isIsland(row) ? 'islands' : 'main'));
    const rules: GatePolicy['rules'] = [superior, { rule: 'noSliceWorse', columns: ['region'], margin: 0 }];
    const decision = judge({ ...rows, challenger, columns: { region } }, { metric, rules });
    expect(saidOf(decision, 'no-slice-worse')).toContain(
      'significantly worse in 1 of 2 slices: region = islands',
    );
  });

  test('of a first model must beat the shares of the classes', () => {
    const decision = judge({ label, challenger: rows.challenger }, { metric });
    expect(decision.verdict).toBe('promote');
    // -log(1/3)
    expect(saidOf(decision, 'better-than-baseline')).toContain('is significantly better than 1.099');
  });

  test.each<[string, Partial<GateRows>, string]>([
    ['a score a row', { challenger: label.map((_, i) => i / 300) }, '300 scores for 300 rows of 3 classes'],
    [
      'probabilities that do not add up to 1',
      { challenger: rows.challenger.map((p, i) => (i < 6 ? p / 2 : p)) },
      'do not add up to 1 in 2 of 300 rows',
    ],
    [
      'a fourth class',
      { label: [3, ...label.slice(1)] },
      '1 of 300 labels are missing or not whole numbers from 0 to 2',
    ],
    ['a missing probability', { champion: [Number.NaN, ...rows.champion.slice(1)] }, 'for 1 of 300 rows'],
    [
      'the same for all',
      { challenger: label.flatMap(() => [0.2, 0.3, 0.5]) },
      'the same scores 0.2, 0.3, 0.5',
    ],
  ])('with %s keep the champion', (_, changes, message) => {
    const decision = judge({ ...rows, ...changes }, { metric });
    expect(decision.verdict).toBe('keep');
    expect(decision.deciding[0]?.message).toContain(message);
  });
});

describe('columns of the data', () => {
  const rows = many();
  const columns = ['if_refused', 'if_granted'];
  const metric = { name: 'costColumns', columns } as const;
  /** Class 1 pays back the more, the later the row. */
  const costs = rows.label as number[];
  const byRow = costs.flatMap((one, i) => [0, one === 1 ? -i : 100]);

  test('with the costs of each row decide', () => {
    const decision = judge({ ...rows, costs: byRow }, { metric });
    expect(decision.metrics?.primary).toBe('costColumns');
    expect(decision.verdict).toBe('promote');
    expect(missed(judge(rows, { metric }))).toEqual(['usable-columns']);
    const broken = { ...rows, costs: byRow.map((cost, i) => (i === 5 ? Number.NaN : cost)) };
    expect(saidOf(judge(broken, { metric }), 'usable-columns')).toBe(
      '1 of 800 costs are missing or not finite',
    );
  });

  test('with the last known value must be beaten, also by the first model', () => {
    const label = Array.from({ length: 200 }, (_, i) => 100 + Math.sin(i) * 10);
    const off = (by: number) => label.map((one, i) => one + by * (((i * 53) % 17) / 8 - 1));
    const rules = [superior, { rule: 'betterThanColumn', column: 'yesterday' } as const];
    const rivals = { yesterday: off(2) };
    const of = (by: number, more: Partial<GateRows> = {}) =>
      judge({ label, challenger: off(by), rivals, ...more }, { ...NUMBERS, rules });
    expect(of(1).verdict).toBe('promote');
    expect(missed(of(3))).toEqual(['better-than-column']);
    expect(missed(of(3, { champion: off(4) }))).toEqual(['better-than-column']);
    expect(saidOf(of(1), 'better-than-column')).toMatch(
      /significantly better than 1\.\d+, that of column 'yesterday': lead /,
    );
    const missing = { rivals: { yesterday: [null, ...off(2).slice(1)] } };
    expect(saidOf(of(1, missing), 'usable-columns')).toBe(
      "1 of 200 numbers in column 'yesterday' are missing or not finite",
    );
  });
});

describe('a holdout', () => {
  const rules = [{ rule: 'superior', margin: 0.03 } as const];

  test('that is too small for the margin is told, with the rows that are needed, however good the challenger looks', () => {
    const decision = judge(ranked, { rules });
    expect(decision.verdict).toBe('keep');
    expect(saidOf(decision, 'superior')).toMatch(
      /^the holdout's 113 rows are too few to distinguish a lead of 0.03 in AUC from none: it needs about \d+ rows, to find it in 80 % of cases/,
    );
    expect(judge(ranked, { rules, ifUndecided: 'needs-person' }).verdict).toBe('needs-person');
  });

  test('asks nobody about a challenger that another rule refuses', () => {
    const policy = {
      rules: [...rules, { rule: 'atLeast', floor: 0.99 } as const],
      ifUndecided: 'needs-person' as const,
    };
    expect(judge(ranked, policy).verdict).toBe('keep');
  });

  test('has less alpha left for each evaluation', () => {
    const at = (evaluation: number) => judge(ranked, {}, { evaluation });
    expect(at(1).metrics?.alpha).toBeCloseTo(0.0415954, 7);
    expect(at(1).verdict).toBe('promote');
    expect(at(2).verdict).toBe('keep');
    expect(saidOf(at(2), 'superior')).toContain('p = 0.0136, alpha = 0.0052');
    expect(() => at(0)).toThrow('evaluation 0 of a holdout is not a whole number from 1');
  });

  test('with groups is judged by groups: the same rows ten times over tell no more', () => {
    const ten = <T>(values: ArrayLike<T>) =>
      Array.from({ length: 10 * values.length }, (_, i) => values[i % values.length] as T);
    const rows = { label: ten(labels), champion: ten(scores.s100b), challenger: ten(scores.wfns) };
    const group = rows.label.map((_, i) => `customer ${i % labels.length}`);
    const p = (one: GateRows) => judge(one).metrics?.pValue as number;
    expect(p(rows)).toBeLessThan(1e-6);
    expect(p({ ...rows, group })).toBeGreaterThan(0.5 * p(ranked));
  });
});

const withFirst = <T>(values: readonly number[], first: T) => [first, ...values.slice(1)];
const repeated = (length: number, value: number) => Array<number>(length).fill(value);

test.each<[string, GateRows, string, Partial<GatePolicy>?]>([
  ['no rows', { label: [], champion: [], challenger: [] }, 'enough-rows'],
  ['one row', { label: [1], champion: [0.1], challenger: [0.9] }, 'usable-scores'],
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
  ['a champion without scores', { ...ranked, champion: [] }, 'usable-scores'],
  ['a missing label', { label: withFirst(labels, null), challenger: scores.wfns }, 'usable-labels'],
  ['a third class', { label: withFirst(labels, 2), challenger: scores.wfns }, 'usable-labels'],
  [
    'labels that are no finite numbers',
    { ...ranked, label: withFirst(labels, Infinity) },
    'usable-labels',
    NUMBERS,
  ],
  ['scores that are no probabilities', ranked, 'usable-scores', { metric: { name: 'logLoss' } }],
  ['weights that are all 0', { ...ranked, weight: repeated(113, 0) }, 'usable-columns'],
  ['a negative weight', { ...ranked, weight: withFirst(repeated(113, 1), -1) }, 'usable-columns'],
  ['a missing weight', { ...ranked, weight: withFirst(repeated(113, 1), Number.NaN) }, 'usable-columns'],
  ['weights that leave nothing of a class', { ...ranked, weight: labels }, 'measurable'],
  ['one group for all', { ...ranked, group: labels.map(() => 'all') }, 'enough-rows'],
  [
    'a row without a group',
    { ...ranked, group: labels.map((_, i) => (i === 0 ? ' ' : 'g')) },
    'usable-columns',
  ],
  ['a slice column of another length', { ...ranked, columns: { region: ['north'] } }, 'usable-columns'],
])('%s: the champion stays and people are told why', (_, rows, rule, ...[policy]) => {
  const decision = judge(rows, policy);
  expect(decision.verdict).toBe('keep');
  expect(decision.metrics).toBeUndefined();
  expect(missed(decision)).toContain(rule);
  expect(decision.deciding.length).toBeGreaterThan(0);
});

test('groups of one row each are rows', () => {
  const alone = judge({ ...ranked, group: labels.map((_, i) => String(i)) });
  expect(alone.verdict).toBe('promote');
  expect(alone.metrics?.difference).toBeCloseTo(judge(ranked).metrics?.difference as number, 12);
});

test('ties everywhere are judged', () => {
  const halves = (column: readonly number[]) => column.map((score) => Number(score > 0.3));
  const decision = judge({
    ...ranked,
    champion: halves(scores.s100b),
    challenger: halves(scores.ndka.map((s) => s / 30)),
  });
  expect(decision.metrics?.pValue).toBeGreaterThan(0);
});

test('a champion that takes other features is compared by nobody', () => {
  const features = { champion: ['age', 'income'], holdout: ['income', 'age'] };
  const decision = judge(ranked, { ifUndecided: 'needs-person' }, { features });
  expect(decision.verdict).toBe('needs-person');
  expect(saidOf(decision, 'same-features')).toBe(
    "champion takes the features 'age', 'income', but the holdout has 'income', 'age': its scores cannot be compared",
  );
});

test('a champion whose features nobody knows is compared, and the decision says what that takes', () => {
  const decision = judge(ranked, {}, { features: { champion: [], holdout: ['income', 'age'] } });
  expect(decision.verdict).toBe(judge(ranked).verdict);
  expect(saidOf(decision, 'same-features')).toBe(
    "the features of the champion are not recorded: it must take those of the holdout, in this order: 'income', 'age'",
  );
});

test('the reasons are plain JSON', () => {
  const { verdict, metrics, reasons, deciding } = judge(ranked);
  expect(JSON.parse(JSON.stringify({ verdict, metrics, reasons, deciding }))).toEqual({
    verdict,
    metrics,
    reasons,
    deciding,
  });
});

test('metrics of probabilities are given for probabilities only', () => {
  const challenger = scores.wfns.map((v) => v / 5);
  expect(judge({ label: labels, challenger }).metrics?.challenger).toMatchObject({
    logLoss: expect.any(Number),
    brier: expect.any(Number),
    accuracy: expect.any(Number),
  });
  expect(Object.keys(judge(ranked).metrics?.challenger ?? {})).toEqual(['auc', 'averagePrecision']);
});

test.each<[Partial<GatePolicy>, string]>([
  [{ alpha: 0 }, 'alpha'],
  [{ alpha: Number.NaN }, 'alpha'],
  [{ minimumRows: 0 }, 'minimumRows'],
  [{ rules: [] }, 'rules'],
  [{ rules: [{ rule: 'superior', margin: -1 }] }, 'margin'],
])('the policy %j is refused', (policy, place) => {
  expect(() => judge(ranked, policy)).toThrow(new RegExp(`^gate policy is not valid: .*${place}`));
  expect(DEFAULT_GATE_POLICY.alpha).toBe(0.05);
});
