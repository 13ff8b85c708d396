import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

jest.setTimeout(1_800_000);

const BENCH = join(__dirname, '..', '..', 'dist', 'bench', 'main.js');

test('no schedule of releases, kills, rollbacks and faults breaks what a pipeline promises', async () => {
  // What broke is printed with its seed, for `npm run bench -- lifecycles 1 <seed>`. In jest's own world it
  // takes twice as long.
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, 'lifecycles', '120', '1000'], {
    env: process.env,
  }).catch((error) => error as { stdout: string });
  expect(stdout).toMatch(/^120 schedules in .*: 0 broke a promise\n$/);
});
