import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { profileFile } from '../../bin/cli/file-profile';
import { baselineSchema } from '../../lambda/domain/data/baseline';
import { checkDocument } from '../../lambda/domain/records/document';

const NO_ROLES = { categories: [], ignored: [] };
const CSV = 'age,country,zip,id,churned,score\n20,NA,1,a,0,0.1\n,DE,1,b,1,0.9\n40,DE,2,c,0,0.2\n';
const ROLES = { label: 'churned', prediction: 'score', categories: ['zip'], ignored: ['id'] };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-profile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a baseline has the features in the order of the file, and the predictions', async () => {
  const baseline = await profileFile(write('data.csv', CSV), ROLES);
  expect(checkDocument(baselineSchema, baseline, 'baseline')).toEqual(baseline);
  expect(Object.keys(baseline.features)).toEqual(['age', 'country', 'zip']);
  expect(baseline).toMatchObject({
    rows: 3,
    features: {
      age: { kind: 'numeric', missing: 1 },
      country: { kind: 'categorical', categories: ['DE', 'NA'], counts: [2, 1], missing: 0 },
      zip: { kind: 'categorical', categories: ['1', '2'], counts: [2, 1] },
    },
    prediction: { kind: 'numeric', missing: 0 },
  });
});

test('rows in other forms have the same profile', async () => {
  const [header = [], ...rows] = CSV.trim()
    .split('\n')
    .map((line) => line.split(','));
  const asValue = (cell: string) => (/^[\d.]+$/.test(cell) ? Number(cell) : cell || null);
  const jsonLines = rows.map((row) =>
    JSON.stringify(Object.fromEntries(header.map((name, i) => [name, asValue(row[i] as string)]))),
  );
  const expected = await profileFile(write('data.csv', CSV), ROLES);
  expect(await profileFile(write('data.csv.gz', gzipSync(CSV)), ROLES)).toEqual(expected);
  expect(await profileFile(write('data.jsonl', jsonLines.join('\n')), ROLES)).toEqual(expected);
});

test('a baseline has no predictions unless their column is named', async () => {
  expect((await profileFile(write('data.csv', 'a\n1\n2\n'), NO_ROLES)).prediction).toBeUndefined();
});

test.each<[string, string, object, string]>([
  ['is empty', 'a,b\n', {}, 'data.csv has no rows below its header'],
  ['has the index of pandas', ',a\n0,1\n', {}, 'has no name: it may be the index that pandas writes'],
  ['names two columns alike', 'a,a\n0,1\n', {}, "data.csv have the name 'a'"],
  ['has a short row', 'a,b\n0,1\n2\n', {}, 'data.csv has 1 cells, but the header has 2'],
  ['has no such column', 'a,b\n0,1\n', { label: 'c' }, "data.csv has no column 'c', but a, b"],
  ['has only the label', 'a\n0\n', { label: 'a' }, 'data.csv has no column left that requests send'],
  ['has text for a prediction', 'a,p\n0,x\n', { prediction: 'p' }, "data.csv has the prediction 'x'"],
])('a file is refused that %s', async (_, text, roles, message) => {
  await expect(profileFile(write('data.csv', text), { ...NO_ROLES, ...roles })).rejects.toThrow(message);
});

test('a file is refused that is not there, or is none of rows', async () => {
  await expect(profileFile(join(folder, 'no.csv'), NO_ROLES)).rejects.toThrow('there is no file');
  await expect(profileFile(join(folder, 'data.xlsx'), NO_ROLES)).rejects.toThrow(
    'its name must end in .csv or .jsonl, either of them also packed (.gz, .zst), or .parquet',
  );
});
