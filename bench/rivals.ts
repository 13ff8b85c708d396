import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, homedir } from 'node:os';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../local/containers/python-environment';
import { repositoryRoot } from './repository-root';

/** What a program of a benchmark prints, as JSON in its last line. */
export interface Measured {
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Python libraries that a benchmark compares with: the folder's `rivals.py` and `requirements.txt`. */
export class Rivals {
  private constructor(
    private readonly folder: string,
    private readonly python: string,
  ) {}

  /** Makes an environment of their own, once. @param benchmark names the folder */
  static async install(benchmark: string): Promise<Rivals> {
    const folder = join(repositoryRoot(), 'bench', benchmark);
    const requirements = join(folder, 'requirements.txt');
    const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
    const cache = process.env.MODEL_PIPELINE_CACHE ?? join(homedir(), '.cache', 'cdk-model-pipeline');
    const environment = join(cache, `bench-${hash}`);
    const python = join(environment, 'bin', 'python');
    const marker = join(environment, 'complete');
    if (!existsSync(marker)) {
      const base = await ensurePythonEnvironment({ onProgress: (text) => console.log(text) });
      console.log(`installing ${requirements} (once)`);
      must(base.python, ['-m', 'venv', '--clear', environment]);
      must(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements]);
      writeFileSync(marker, '');
    }
    return new Rivals(folder, python);
  }

  /** What is compared, and where. */
  describe(): string {
    const packages = readFileSync(join(this.folder, 'requirements.txt'), 'utf8').match(/^\w.*==.*$/gm) ?? [];
    const versions = [
      must(this.python, ['--version']).trim(),
      ...packages.map((one) => one.replace('==', ' ')),
    ];
    return `Node ${process.version}, ${cpus()[0]?.model}; ${versions.join(', ')}`;
  }

  /** The command that runs a program of the benchmark's folder. */
  command(program: string, ...args: readonly string[]): string[] {
    return [this.python, join(this.folder, program), ...args];
  }

  /** @param program of the benchmark's folder */
  run<M extends object>(args: readonly string[], program = 'rivals.py'): M {
    return run<M>(this.python, [join(this.folder, program), ...args]);
  }
}

/** Runs a program of a benchmark. @throws Error with the end of what it complained of, if it fails */
export function run<M extends object>(command: string, args: readonly string[]): M {
  return JSON.parse(must(command, args).trim().split('\n').at(-1) as string) as M;
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr.slice(-2000)}`);
  return stdout;
}

/** Prints a line of a table. */
export function line(title: string, ...cells: readonly string[]): void {
  console.log([`  ${title}`.padEnd(34), ...cells.map((cell) => cell.padStart(12))].join(''));
}
