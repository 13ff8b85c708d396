import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './cli';

const ROWS = 500;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers that are spread evenly, from one on, and two plans of which a share is gold. */
function write(name: string, { from = 0, gold = 0.3, rows = ROWS, header = 'load,plan,score' }): void {
  const lines = Array.from({ length: rows }, (_, row) => {
    // Another order for each column.
    const shares = [7, 11, 13].map((step) => ((row * step) % rows) / rows) as [number, number, number];
    return `${from + shares[0]},${shares[1] < gold ? 'gold' : 'basic'},${shares[2]}`;
  });
  writeFileSync(join(folder, name), `${[header, ...lines].join('\n')}\n`);
}

const run = (...args: string[]) => runCli(args, { HOME: folder, PWD: folder });
const at = (name: string) => join(folder, name);

test('files alike are stable, and the exit code is 0', async () => {
  write('a.csv', {});
  write('b.csv', { rows: ROWS + 100 });
  const { code, stdout } = await run('compare', at('a.csv'), at('b.csv'));
  expect(stdout).toContain(`a.csv: 500 rows`);
  expect(stdout).toContain(`b.csv: 600 rows: stable`);
  expect(code).toBe(0);
});

test('a file that has drifted is named with its columns, and the exit code is 3', async () => {
  write('a.csv', {});
  write('b.csv', { from: 0.4, gold: 0.6 });
  const options = ['--prediction', 'score', '--html', at('drift.html'), '--json'];
  const { code, stdout, stderr } = await run('compare', at('a.csv'), at('b.csv'), ...options);
  expect(code).toBe(3);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ status: 'drift', drifted: ['load', 'plan'], rows: ROWS });
  const distances = Object.fromEntries(
    report.features.map(({ feature, distance }: { feature: string; distance: number }) => [
      feature,
      distance,
    ]),
  );
  // The spread has moved by .4 of its width, and .3 of the rows have another plan.
  expect(distances.load).toBeCloseTo(0.4, 2);
  expect(distances.plan).toBeCloseTo(0.3, 2);
  expect(distances.prediction).toBeCloseTo(0, 2);
  // .7 and .3 that become .4 and .6.
  expect(report.features[1].distances.populationStabilityIndex).toBeCloseTo(
    0.3 * Math.log(7 / 4) + 0.3 * Math.log(2),
    2,
  );
  const page = readFileSync(at('drift.html'), 'utf8');
  expect(page).toContain('load and 1 more of 3 features and answers have drifted from a.csv');
});

test('the reference may be a profile that was written before, and columns can be left out', async () => {
  write('a.csv', {});
  write('b.csv', { from: 0.4 });
  const baseline = at('baseline.json');
  await run('baseline', at('a.csv'), '--prediction', 'score', '-o', baseline);
  expect((await run('compare', baseline, at('b.csv'), '--prediction', 'score')).code).toBe(3);
  expect((await run('compare', baseline, at('b.csv'), '--ignore', 'load')).code).toBe(0);
});

test('columns can have policies of their own, from a file', async () => {
  write('a.csv', {});
  write('b.csv', { from: 0.1 });
  const compareBy = (policies: object) => {
    writeFileSync(at('policies.json'), JSON.stringify(policies));
    return run('compare', at('a.csv'), at('b.csv'), '--policies', at('policies.json'));
  };
  expect(await compareBy({})).toMatchObject({ code: 3 });
  // A tenth of the width of evenly spread numbers, which is 12 ** .5 standard deviations.
  const wide = { load: { distance: 'wasserstein', minimumDistance: 0.4, importance: 0.1 } };
  expect((await compareBy(wide)).code).toBe(0);
  const unknown = await compareBy({ lod: {} });
  expect(unknown.stderr).toContain("has a policy of 'lod', but the columns are load, plan, score");
  expect(unknown.code).toBe(2);
  expect((await compareBy({ load: { distanse: 'psi' } })).stderr).toContain('policies.json is not valid');
});

test.each<[string, () => void, readonly string[], number, string]>([
  ['too few rows', () => write('b.csv', { rows: 50 }), [], 1, 'no verdict: each file needs 100 rows'],
  [
    'another column',
    () => write('b.csv', { header: 'weight,plan,score' }),
    [],
    2,
    "b.csv has no column 'load', but weight, plan, score",
  ],
  ['an impossible alpha', () => write('b.csv', {}), ['--alpha', '2'], 2, 'a number from 0 to 1 is needed'],
])('%s', async (_, writeCurrent, options, code, message) => {
  write('a.csv', {});
  writeCurrent();
  const result = await run('compare', at('a.csv'), at('b.csv'), ...options);
  expect(result.stderr).toContain(message);
  expect(result.code).toBe(code);
});

test('profile tells what the columns of a file hold', async () => {
  write('a.csv', {});
  const { code, stdout } = await run('profile', at('a.csv'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/load +number +0 % +0 to 0\.998; 5 %, median, 95 %: 0\.048, 0\.498, 0\.948/);
  expect(stdout).toMatch(/plan +category +0 % +basic 70 %, gold 30 %/);
});
