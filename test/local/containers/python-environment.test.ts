import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../../../local/containers/file-lock';
import { differenceOf, NEWEST_STAND_IN, requirementsOf } from '../../../local/containers/images';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import { temporaryDirectory } from './support';

const directory = temporaryDirectory();
const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

function fakePython(name: string, script: string): string {
  const bin = join(directory, name);
  mkdirSync(bin);
  writeFileSync(join(bin, 'python3'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'python3'), 0o755);
  return bin;
}

test('no Python is an error that says which ones were looked for and what to install', async () => {
  process.env.PATH = join(directory, 'nothing');
  await expect(ensurePythonEnvironment({ cacheDir: directory })).rejects.toThrow(
    /python3: not found.*apt install python3/,
  );
});

test('a Python that is too old is named with its version', async () => {
  process.env.PATH = fakePython('old', 'echo 3.9.1');
  await expect(ensurePythonEnvironment({ cacheDir: directory })).rejects.toThrow(/python3: 3\.9\.1/);
});

test('a missing venv module is an error with the way out, and leaves no lock', async () => {
  const cacheDir = join(directory, 'no-venv');
  process.env.PATH = `${fakePython('bare', '[ "$1" = -c ] && echo 3.12.0 && exit; echo "No module named venv" >&2; exit 1')}:${path}`;
  await expect(ensurePythonEnvironment({ cacheDir })).rejects.toThrow(
    /No module named venv.*apt install python3-venv/,
  );
  expect(readdirSync(cacheDir)).toEqual([]);
});

test('an index that cannot be reached is an error with the reason, and the next attempt starts afresh', async () => {
  const cacheDir = join(directory, 'no-index');
  // GIVEN a venv whose pip fails
  const venv =
    'mkdir -p "$3/bin"; printf "#!/bin/sh\\necho no route to index >&2; exit 1" > "$3/bin/python"; chmod +x "$3/bin/python"';
  process.env.PATH = `${fakePython('offline', `[ "$1" = -c ] && echo 3.12.0 && exit; ${venv}`)}:${path}`;
  const lines: string[] = [];
  const attempt = () => ensurePythonEnvironment({ cacheDir, onProgress: (line) => lines.push(line) });
  await expect(attempt()).rejects.toThrow(/no route to index.*index must be reachable/);
  await expect(attempt()).rejects.toThrow(/no route to index/);
  expect(lines.filter((line) => line.startsWith('making'))).toHaveLength(2);
});

test('the environment has the libraries of the image, says what differs, and is reused', async () => {
  const { python, difference } = await ensurePythonEnvironment();
  const script =
    'import platform, sklearn; print(platform.python_version(), "scikit-learn==" + sklearn.__version__)';
  const [version = '', library = ''] = execFileSync(python, ['-c', script], { encoding: 'utf8' })
    .trim()
    .split(' ');
  expect(requirementsOf(NEWEST_STAND_IN, version).split('\n')).toContain(library);
  expect(difference).toBe(differenceOf(NEWEST_STAND_IN, version));
  const lines: string[] = [];
  expect(await ensurePythonEnvironment({ onProgress: (line) => lines.push(line) })).toMatchObject({ python });
  expect(lines).toEqual([]);
}, 300_000);

test('a lock admits one at a time, and that of a dead process is taken over', async () => {
  const lock = join(directory, 'lock');
  // GIVEN a lock of a process that has ended
  writeFileSync(lock, String(spawnSync('true').pid));
  let inside = 0;
  let most = 0;
  let done = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
    done++;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock(lock, () => undefined, work)));
  expect({ most, done, lockLeft: existsSync(lock) }).toEqual({ most: 1, done: 3, lockLeft: false });
});
