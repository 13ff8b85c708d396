import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { recordGrants } from '../grants/grant-records';
import { REHEARSED } from './rehearsal';

jest.setTimeout(1_800_000);

const BENCH = join(__dirname, '..', '..', 'dist', 'bench', 'main.js');

const folder = mkdtempSync(join(tmpdir(), 'schedules-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('no schedule of releases, kills, rollbacks and faults breaks what a pipeline promises', async () => {
  // What broke is printed with its seed, for `npm run bench -- lifecycles 1 <seed>`. In jest's own world it
  // takes twice as long.
  const grants = join(folder, 'grants.json');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [BENCH, 'lifecycles', '120', '1000', grants],
    {
      env: process.env,
    },
  ).catch((error) => error as { stdout: string });
  expect(stdout).toMatch(/^120 schedules in .*: 0 broke a promise\n$/);
  recordGrants(JSON.parse(readFileSync(grants, 'utf8')), REHEARSED);
});
