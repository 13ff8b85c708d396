import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repositoryFile } from '../repository-file';

jest.setTimeout(1_800_000);

test('the example churn-batch scores the customers of each night, and PostgreSQL has the last score of each', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [repositoryFile('dist', 'scripts', 'example.js'), 'churn-batch'],
    { maxBuffer: 2 ** 26 },
  );
  const [, monday = '', tuesday = ''] = stdout.split(/^(?:mon|tues)day: SUCCEEDED/m);
  expect(monday).toContain('"sinks":{"aurora":{"rows":7,"refusedRows":0}}');
  expect(scoresIn(monday).map(({ customer }) => customer)).toEqual(
    ['1', '2', '3', '4', '5', '7', '8'].map((digit) => `c-100${digit}`),
  );
  const scores = new Map(scoresIn(tuesday).map((score) => [score.customer, score]));
  expect(scores.get('c-1009')).toMatchObject({ run: 'tuesday' });
  // Who is gone keeps the score of the night before.
  expect(scores.get('c-1008')).toMatchObject({ run: 'monday' });
  const before = scoresIn(monday).find(({ customer }) => customer === 'c-1004');
  expect(before?.churn).toBeLessThan(0.5);
  expect(scores.get('c-1004')?.churn).toBeGreaterThan(0.5);
});

/** Rows of the printed table. */
function scoresIn(text: string) {
  return [...text.matchAll(/'(c-\d+)'\D+'(\d\.\d+)'.*'(\w+)'/g)].map(([, customer = '', churn, run]) => ({
    customer,
    churn: Number(churn),
    run,
  }));
}
