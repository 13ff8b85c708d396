import { createHash } from 'node:crypto';
import {
  createManifest,
  type DatasetFile,
  dataVersion,
  formatManifest,
  parseManifest,
} from '../../../../lambda/domain/data/dataset';

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
