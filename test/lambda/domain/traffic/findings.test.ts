import type { Cell } from '../../../../lambda/domain/data/cell';
import { baselineProfile, type DatasetProfile, profileRows } from '../../../../lambda/domain/data/profile';
import { driftInWords } from '../../../../lambda/domain/pages/drift/drift-words';
import { SeededRandom } from '../../../../lambda/domain/statistics/seeded-random';
import { type DriftReport, detectDrift } from '../../../../lambda/domain/traffic/drift';

type Column = readonly Cell[];

const random = new SeededRandom(14);
const uniform = (rows: number) => Array.from({ length: rows }, () => random.below(2 ** 30) / 2 ** 30);
/** A distribution with a long tail, so that a sample's extremes are often exceeded. */
const skewed = (rows: number) => uniform(rows).map((u) => Math.exp(3 * Math.sqrt(-2 * Math.log(u + 1e-9))));
const pick = (rows: number, names: readonly string[]) =>
  Array.from({ length: rows }, () => names[random.below(names.length)] as string);

function baselineOf(columns: Record<string, Column>): DatasetProfile {
  return baselineProfile(
    Object.entries(columns).map(([name, cells]) => {
      return { name, kind: typeof cells[0] === 'string' ? 'categorical' : 'numeric', cells };
    }),
  );
}

function windowOf(baseline: DatasetProfile, columns: Record<string, Column>): DatasetProfile {
  const names = Object.keys(columns);
  const rows = (columns[names[0] as string] as Column).map((_, row) => ({
    cells: names.map((name) => columns[name]?.[row] as Cell),
  }));
  return profileRows(baseline, names, rows);
}

/** Some cells, evenly spread, are replaced. */
const replaced = (cells: Column, share: number, by: Cell): Column =>
  cells.map((cell, row) => (Math.floor((row + 1) * share) > Math.floor(row * share) ? by : cell));

function reportOf(before: Record<string, Column>, after: Record<string, Column>): DriftReport {
  const baseline = baselineOf(before);
  return detectDrift(baseline, windowOf(baseline, after));
}

const wordsOf = ({ features, findings }: DriftReport) =>
  features.filter(({ status }) => status === 'drift').map((feature) => driftInWords(feature, { findings }));

const plain = uniform(5000);
const plans = pick(5000, ['basic', 'gold', 'silver']);

test('more missing values are a finding, below the distance that is drift', () => {
  const report = reportOf({ x: plain }, { x: replaced(uniform(2000), 0.02, Number.NaN) });
  expect(report).toMatchObject({
    status: 'drift',
    drifted: ['x'],
    findings: [{ feature: 'x', kind: 'missing', before: 0, after: 0.02 }],
  });
  expect(report.features[0]?.distance).toBeLessThan(0.05);
  expect(wordsOf(report)).toEqual(['2 % of the values are missing; 0 % in the training data']);
});

test('fewer missing values are a finding, too', () => {
  const report = reportOf({ c: replaced(plans, 0.1, '') }, { c: pick(1000, ['basic', 'gold', 'silver']) });
  expect(report.findings).toMatchObject([{ feature: 'c', kind: 'missing', before: 0.1, after: 0 }]);
});

test('categories that the training data do not have are a finding', () => {
  const now = replaced(pick(1000, ['basic', 'gold', 'silver']), 0.02, 'platinum');
  const report = reportOf({ c: plans }, { c: now });
  expect(report.findings).toMatchObject([{ feature: 'c', kind: 'unseenCategories', before: 0, after: 0.02 }]);
  expect(wordsOf(report)).toEqual([
    '2 % of the values are categories that do not occur in the training data',
  ]);
});

test('numbers beyond the extremes of the training data are a finding of their side', () => {
  const report = reportOf(
    { x: plain, y: plain },
    { x: replaced(uniform(1000), 0.02, 7), y: replaced(uniform(1000), 0.02, -7) },
  );
  const [least, greatest] = [Math.min(...plain), Math.max(...plain)];
  expect(report.findings).toMatchObject([
    { feature: 'x', kind: 'outOfRange', side: 'above', bound: greatest, before: 0, after: 0.02 },
    { feature: 'y', kind: 'outOfRange', side: 'below', bound: least, before: 0, after: 0.02 },
  ]);
  expect(wordsOf(report)[0]).toBe('2 % of the values are above 0.9999, beyond all of the training data');
});

test('a feature that has become constant is a finding, and its drift is said once', () => {
  const report = reportOf({ x: plain, c: plans }, { x: Array(500).fill(0.5), c: Array(500).fill('gold') });
  expect(report.findings).toMatchObject([
    { feature: 'x', kind: 'constant', after: 1 },
    { feature: 'c', kind: 'constant', value: 'gold', after: 1 },
  ]);
  expect(report.drifted).toHaveLength(2);
  const [number, category] = wordsOf(report);
  expect(number).toMatch(/^all values are about 0.5\d*; 0.1 % in the training data$/);
  expect(category).toMatch(/^all values are 'gold'; 3\d % in the training data$/);
});

test('a number on which a part of the rows is stuck is a finding', () => {
  const report = reportOf({ x: plain }, { x: replaced(uniform(1000), 0.3, 0.25) });
  expect(report.findings).toMatchObject([{ feature: 'x', kind: 'stuck' }]);
  expect(report.findings[0]?.after).toBeCloseTo(0.3, 2);
  expect(wordsOf(report)[0]).toMatch(
    /^30 % of the values are about 0.25\d*; 0.1 % in the training data, and /,
  );
});

test.each<[string, Record<string, Column>, Record<string, Column>]>([
  ['a constant that stays', { x: Array(500).fill(3) }, { x: Array(500).fill(3) }],
  ['a category that becomes more frequent', { c: plans }, { c: replaced(plans, 0.4, 'gold') }],
  [
    'a frequent number that becomes more so',
    { n: [...Array(300).fill(1), ...Array(300).fill(2)] },
    { n: [...Array(450).fill(1), ...Array(150).fill(2)] },
  ],
  ['a distribution that has moved', { x: plain }, { x: uniform(1000).map((v) => 0.3 + v / 2) }],
  ['a few outliers among many rows', { x: plain }, { x: replaced(uniform(4000), 0.004, 9) }],
  ['a few rows without values', { x: plain }, { x: replaced(uniform(100), 0.02, Number.NaN) }],
])('no finding: %s', (_, before, after) => {
  expect(reportOf(before, after).findings).toEqual([]);
});

test('predictions that are one and the same are a finding', () => {
  const baseline = baselineProfile([], plain);
  const rows = Array.from({ length: 200 }, () => ({ cells: [], prediction: 0.7 }));
  expect(detectDrift(baseline, profileRows(baseline, [], rows)).findings).toMatchObject([
    { feature: 'prediction', kind: 'constant' },
  ]);
});

test('findings and drift share alpha: both together are rare where nothing has changed', () => {
  const columns = (rows: number): Record<string, Column> => ({
    x: skewed(rows),
    y: replaced(uniform(rows), 0.05, Number.NaN),
    n: Array.from({ length: rows }, () => random.below(4)),
    c: pick(rows, plansOf(3)),
    // Of 400 categories in 300 rows, most are new in a window.
    many: pick(rows, plansOf(400)),
  });
  const runs = 150;
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const baseline = baselineOf(columns(300));
    const policy = { alpha: 0.1, minimumDistance: 0 };
    if (detectDrift(baseline, windowOf(baseline, columns(200)), policy).status === 'drift') alarms++;
  }
  // 15 of 150 are allowed: a binomial of that mean exceeds 27 once in 1,300.
  expect(alarms).toBeLessThanOrEqual(27);
});

function plansOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `plan ${index}`);
}
