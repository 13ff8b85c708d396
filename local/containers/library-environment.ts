import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory';
import { withFileLock } from './file-lock';

export interface LibraryEnvironmentOptions {
  /** Whose libraries they are, as messages name it. */
  readonly name: string;
  /** What pip installs on a Python such as `3.11.7`, as a requirements file. */
  readonly requirements: (pythonVersion: string) => string;
  /** Version of Python that is taken if it is there, such as `3.12`. @default - any */
  readonly preferred?: string;
  /** Another index, with wheels that have no GPU code, which is used if it can be reached. @default - none */
  readonly smallWheels?: string;
  /** Where environments are kept. @default - `$LOCAL_CLOUD_CACHE`, or `~/.cache/cdk-local-cloud` */
  readonly cacheDir?: string;
  /** Gets a line for each step that takes a while. */
  readonly onProgress?: (line: string) => void;
}

export interface LibraryEnvironment {
  /** Path of the interpreter. */
  readonly python: string;
  /** Its version, such as `3.11.7`. */
  readonly version: string;
}

const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const MARKER = 'complete';
const REACH_MILLIS = 10_000;

/**
 * A virtual environment with pinned libraries: made once per set of pins and Python version, then reused.
 * Several processes may ask at the same time: one makes it, the others wait.
 *
 * @throws if Python 3.10 to 3.13 or its venv module is missing, or the libraries cannot be installed
 */
export async function ensureLibraries(options: LibraryEnvironmentOptions): Promise<LibraryEnvironment> {
  const { name, cacheDir = cacheDirectory(), onProgress: progress = () => undefined } = options;
  const system = await findPython(options.preferred);
  const requirements = options.requirements(system.version);
  const hash = createHash('sha256').update(requirements).update(system.version).digest('hex');
  const directory = join(cacheDir, `python-${hash.slice(0, 16)}`);
  const python = join(directory, 'bin', 'python');
  const environment = { python, version: system.version };
  const isComplete = () => existsSync(join(directory, MARKER)) && existsSync(python);
  if (isComplete()) return environment;

  await mkdir(cacheDir, { recursive: true });
  await withFileLock(`${directory}.lock`, progress, async () => {
    if (isComplete()) return;
    // No marker: what is there was left by an installation that did not finish.
    await rm(directory, { recursive: true, force: true });
    progress(`making a Python ${system.version} environment in ${directory} (once, about a minute)`);
    await run(system.command, ['-m', 'venv', directory]).catch((error) => {
      throw new Error(
        `cannot make a Python environment in ${directory}: ${lastLines(error)}; is its venv module installed? On Debian and Ubuntu: apt install python3-venv`,
      );
    });
    progress(`installing the libraries of the image ${name}`);
    const index = await smallWheels(options, progress);
    const file = join(directory, 'requirements.txt');
    await writeFile(file, requirements);
    await run(python, [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      '--no-input',
      ...(index === undefined ? [] : ['--extra-index-url', index]),
      '-r',
      file,
    ]).catch((error) => {
      throw new Error(
        `cannot install the libraries of the image ${name}: ${lastLines(error)}; the package index must be reachable once (pip's own settings such as PIP_INDEX_URL apply)`,
      );
    });
    await writeFile(join(directory, MARKER), '');
    progress('the Python environment is ready');
  });
  return environment;
}

/** pip would try an index that it cannot reach several times for each package. */
async function smallWheels(
  { name, smallWheels: index }: LibraryEnvironmentOptions,
  progress: (line: string) => void,
): Promise<string | undefined> {
  if (index === undefined) return undefined;
  const signal = AbortSignal.timeout(REACH_MILLIS);
  const isReached = await fetch(`${index}/`, { method: 'HEAD', signal }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (isReached) return index;
  progress(`cannot reach ${index}: on Linux, ${name} takes gigabytes of GPU libraries instead`);
  return undefined;
}

/**
 * @param preferred version that is taken if it is there, such as `3.12`
 * @throws if Python 3.10 to 3.13 is missing
 */
export async function findPython(preferred?: string): Promise<{ command: string; version: string }> {
  const seen: string[] = [];
  for (const command of preferred === undefined ? CANDIDATES : [`python${preferred}`, ...CANDIDATES]) {
    const script = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
    const version = await run(command, ['-c', script]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    const minor = Number(/^3\.(\d+)\./.exec(version ?? '')?.[1]);
    if (version !== undefined && minor >= 10 && minor <= 13) return { command, version };
    seen.push(`${command}: ${version ?? 'not found'}`);
  }
  throw new Error(
    `no Python 3.10 to 3.13 on the PATH (${seen.join(', ')}): models train and serve in Python; on Debian and Ubuntu: apt install python3 python3-venv`,
  );
}

function lastLines(error: { stdout?: string; stderr?: string; message: string }): string {
  const output = `${error.stdout ?? ''}\n${error.stderr ?? ''}`.trim();
  return (output || error.message).split('\n').slice(-5).join(' | ');
}

function run(command: string, args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(command, args, { env: process.env, maxBuffer: 64 * 1024 * 1024 });
}
