import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  createManifest,
  type DatasetFile,
  dataVersion,
  formatManifest,
  parseManifest,
  splitByArrival,
} from '../../../lambda/domain/dataset';

const file = (key: string, versionId = 'v1', checksum = 'c1'): DatasetFile => ({
  key,
  versionId,
  checksum,
  bytes: 10,
});

test('the data version is the beginning of the SHA-256 of the sorted files', () => {
  const lines = '["training-data/1.csv","v1","c1"]\n["training-data/2.csv","v1","c1"]\n';
  const expected = createHash('sha256').update(lines).digest('hex').slice(0, 16);
  expect(dataVersion([file('training-data/2.csv'), file('training-data/1.csv')])).toBe(expected);
});

test.each([
  ['a VersionId', [file('a', 'v2'), file('b')]],
  ['a checksum', [file('a', 'v1', 'c2'), file('b')]],
  ['a key', [file('a2'), file('b')]],
  ['the number of files', [file('a')]],
])('the data version changes with %s', (_, files) => {
  expect(dataVersion(files)).not.toBe(dataVersion([file('a'), file('b')]));
});

test('no files and repeated keys have no version', () => {
  expect(() => dataVersion([])).toThrow('a dataset of no files has no version');
  expect(() => dataVersion([file('a'), file('b'), file('a', 'v2')])).toThrow("key 'a' occurs twice");
});

test('a manifest survives writing and reading', () => {
  const manifest = createManifest([file('b'), file('a')]);
  expect(manifest.files.map(({ key }) => key)).toEqual(['a', 'b']);
  expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
});

test('a manifest that was changed afterwards is refused', () => {
  const text = formatManifest(createManifest([file('a')])).replace('"c1"', '"c2"');
  expect(() => parseManifest(text)).toThrow('it was changed after the snapshot');
});

test('the newest rows are held out: the last files, and the end of the file at the boundary', () => {
  const files = [
    { key: '2026-03.csv', rows: 10 },
    { key: '2026-01.csv', rows: 60 },
    { key: '2026-02.csv', rows: 30 },
  ];
  expect(splitByArrival(files, 0.2)).toEqual([
    { key: '2026-01.csv', train: 60, holdout: 0 },
    { key: '2026-02.csv', train: 20, holdout: 10 },
    { key: '2026-03.csv', train: 0, holdout: 10 },
  ]);
});

test('a split loses no row, leaves none of its sides empty, and never trains on a row after the boundary', () => {
  const files = fc
    .array(fc.nat(50), { minLength: 1, maxLength: 8 })
    .filter((rows) => rows.reduce((sum, n) => sum + n, 0) >= 2)
    .map((rows) => rows.map((n, i) => ({ key: `${i}`, rows: n })));
  fc.assert(
    fc.property(files, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (list, fraction) => {
      const split = splitByArrival(list, fraction);
      expect(split.map(({ train, holdout }) => train + holdout)).toEqual(list.map(({ rows }) => rows));
      const held = split.reduce((sum, { holdout }) => sum + holdout, 0);
      const total = list.reduce((sum, { rows }) => sum + rows, 0);
      expect(held).toBe(Math.min(total - 1, Math.max(1, Math.round(total * fraction))));
      const boundary = split.findIndex(({ holdout }) => holdout > 0);
      expect(split.slice(boundary + 1).every(({ train }) => train === 0)).toBe(true);
    }),
  );
});

test.each([0, 1, -0.2, Number.NaN])('refuses to hold out the fraction %p', (fraction) => {
  expect(() => splitByArrival([{ key: 'a', rows: 10 }], fraction)).toThrow(`holdout fraction ${fraction}`);
});

test('one row cannot be split', () => {
  expect(() => splitByArrival([{ key: 'a', rows: 1 }], 0.5)).toThrow('1 rows cannot be split');
});
