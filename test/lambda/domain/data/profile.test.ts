import fc from 'fast-check';
import { baselineSchema } from '../../../../lambda/domain/data/baseline';
import { MAXIMUM_BINS, quantileEdges } from '../../../../lambda/domain/data/bins';
import {
  baselineProfile,
  type DatasetProfile,
  merge,
  type ProfileRow,
  profileNumbers,
  profileRows,
  rowsOf,
} from '../../../../lambda/domain/data/profile';
import { parseDocument } from '../../../../lambda/domain/records/document';
import { detectDrift } from '../../../../lambda/domain/traffic/drift';

const COLUMNS = ['airport', 'hour'];
const BASELINE = baselineProfile(
  [
    { name: 'hour', kind: 'numeric', cells: ['1', '2', '2', '3', ''] },
    { name: 'airport', kind: 'categorical', cells: ['SFO', 'LAX', 'SFO', 'SFO', ''] },
  ],
  [0.1, 0.2, 0.3, 0.4, 0.5],
);

const cell = fc.oneof(
  fc.double(),
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom('SFO', 'LAX', 'JFK', '', '2'),
);
const row: fc.Arbitrary<ProfileRow> = fc.record({
  cells: fc.tuple(cell, cell),
  prediction: fc.double({ min: 0, max: 1 }),
});
const rows = fc.array(row, { maxLength: 30 });
const profile = (list: readonly ProfileRow[]) => profileRows(BASELINE, COLUMNS, list);

test('a baseline counts its own rows, missing ones apart', () => {
  expect(BASELINE.rows).toBe(5);
  expect(BASELINE.features.airport).toEqual({
    kind: 'categorical',
    categories: ['SFO', 'LAX'],
    counts: [3, 1],
    other: 0,
    missing: 1,
  });
  // Below and at each of 1, 2 and 3, and above.
  expect(BASELINE.features.hour).toMatchObject({ counts: [0, 1, 0, 2, 0, 1, 0], missing: 1 });
  expect(BASELINE.prediction?.missing).toBe(0);
});

test('rows are counted in the bins of the baseline, whatever the order of the columns', () => {
  const window = profile([
    { cells: ['JFK', '2.5'], prediction: 0.3 },
    { cells: ['LAX', 99], prediction: 0.9 },
    { cells: ['', 'x'] },
  ]);
  expect(window.rows).toBe(3);
  expect(window.features.hour).toMatchObject({ counts: [0, 0, 0, 0, 1, 0, 1], missing: 1 });
  expect(window.features.airport).toMatchObject({ counts: [0, 1], other: 1, missing: 1 });
  expect(window.prediction?.missing).toBe(1);
});

test('merging the profiles of parts gives the profile of the whole', () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      expect(merge(profile(a), profile(b))).toEqual(profile([...a, ...b]));
    }),
  );
});

test('merging is associative and commutative, and the empty profile changes nothing', () => {
  fc.assert(
    fc.property(rows, rows, rows, (a, b, c) => {
      const [x, y, z] = [profile(a), profile(b), profile(c)];
      expect(merge(merge(x, y), z)).toEqual(merge(x, merge(y, z)));
      expect(merge(x, y)).toEqual(merge(y, x));
      expect(merge(x, profile([]))).toEqual(x);
    }),
  );
});

test('every row is counted exactly once in every feature', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const window = profile(list);
      for (const feature of Object.values(window.features)) expect(rowsOf(feature)).toBe(list.length);
      expect(window.prediction && rowsOf(window.prediction)).toBe(list.length);
    }),
  );
});

test('a profile survives JSON, for any doubles', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 50 }), (cells) => {
      const baseline = baselineProfile([{ name: 'x', kind: 'numeric', cells }]);
      expect(JSON.parse(JSON.stringify(baseline))).toEqual(baseline);
    }),
  );
});

test('edges increase strictly and stay below the maximum number of bins, for any doubles', () => {
  const values = fc.oneof(
    fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 2000, size: 'max' }),
    fc.array(fc.integer({ min: -600, max: 600 }), { minLength: 600, maxLength: 3000, size: 'max' }),
  );
  fc.assert(
    fc.property(values, (cells) => {
      const edges = quantileEdges(cells);
      expect(edges.length).toBeLessThan(MAXIMUM_BINS);
      expect(edges.every((edge, i) => i === 0 || edge > (edges[i - 1] as number))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a continuous feature falls evenly into its bins', () => {
  const cells = Array.from({ length: 10_220 }, (_, i) => Math.sqrt(i));
  const { counts } = profileNumbers(cells, quantileEdges(cells));
  expect(counts).toHaveLength(MAXIMUM_BINS);
  expect(new Set(counts.slice(2, -1))).toEqual(new Set([10]));
});

test('a frequent value among many has a bin of its own', () => {
  const cells = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 0 : Math.sin(i)));
  const { edges, counts } = profileNumbers(cells, quantileEdges(cells));
  expect(counts[edges.indexOf(0)]).toBe(10_000);
});

test('rows without a column of the baseline are refused', () => {
  expect(() => profileRows(BASELINE, ['airport', 'Hour'], [])).toThrow(
    "feature 'hour' of the baseline is not among the columns 'airport', 'Hour'",
  );
});

test('profiles of different models do not merge', () => {
  const other: DatasetProfile = baselineProfile(
    [
      { name: 'hour', kind: 'numeric', cells: [1, 2, 4] },
      { name: 'airport', kind: 'categorical', cells: ['SFO', 'LAX', 'SFO'] },
    ],
    [0.1, 0.2, 0.3],
  );
  expect(() => merge(BASELINE, other)).toThrow("profiles of 'hour' have different bins");
});

test('columns of different lengths are refused', () => {
  const column = { name: 'x', kind: 'numeric' as const, cells: [1, 2] };
  expect(() => baselineProfile([column], [0.5])).toThrow('different lengths: 2, 1');
});

test('NA is counted as a category, and an empty cell as missing', () => {
  const cells = ['US', 'NA', 'NA', '', ' '];
  expect(baselineProfile([{ name: 'country', kind: 'categorical', cells }]).features.country).toEqual({
    kind: 'categorical',
    categories: ['NA', 'US'],
    counts: [2, 1],
    other: 0,
    missing: 2,
  });
});

test.each(['__proto__', 'constructor', 'toString'])('a feature named %s is a name like any other', (name) => {
  const baseline = baselineProfile([
    { name, kind: 'numeric', cells: [1, 2, 3] },
    { name: 'age', kind: 'numeric', cells: [4, 5, 6] },
  ]);
  const read = parseDocument(baselineSchema, JSON.stringify(baseline), 'baseline');
  expect(JSON.stringify(read)).toBe(JSON.stringify(baseline));
  const window = profileRows(read, [name, 'age'], [{ cells: [1, 4] }, { cells: [2, 5] }]);
  expect(merge(window, window).rows).toBe(4);
  expect(detectDrift(read, window, { minimumRows: 1 }).features.map(({ feature }) => feature)).toEqual([
    name,
    'age',
  ]);
});
