import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../local/containers/python-environment';
import { CHECKS, writeData } from './validation/data';

const ROOT = join(__dirname, '..', '..');
const SCRIPTS = join(ROOT, 'bench', 'validation');
/** The smaller tells whether memory grows with the file. */
const GIGABYTES = [0.1, 1];

interface Measured {
  readonly found: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/**
 * Time and memory that the checks of a CSV file take: ours, by the function itself, and those of named
 * rivals.
 */
export async function validation(): Promise<void> {
  const python = await rivals();
  const folder = mkdtempSync(join(tmpdir(), 'validation-'));
  try {
    const checks = join(folder, 'checks.json');
    writeFileSync(checks, JSON.stringify(CHECKS));
    console.log(`Node ${process.version}, ${cpus()[0]?.model}; ${versions(python)}`);
    for (const gigabytes of GIGABYTES) {
      const data = join(folder, 'data.csv');
      const { rows, faults } = writeData(data, gigabytes * 1e9);
      console.log(`\n${gigabytes} GB of CSV: ${rows} rows, 9 columns, ${faults} cells at fault`);
      line('', 'seconds', 'times ours', 'peak MB', 'found');
      const ours = run(process.execPath, [join(__dirname, 'validation', 'ours.js'), data, checks]);
      tell('this, with labels and leakage', ours, ours);
      for (const [title, rival] of [
        ['pandera', 'pandera'],
        ['pandera, chunk by chunk', 'pandera-chunks'],
        ['Great Expectations', 'great-expectations'],
      ] as const) {
        tell(title, run(python, [join(SCRIPTS, 'rivals.py'), rival, data, checks]), ours);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An environment of their own, made once. @returns its Python */
async function rivals(): Promise<string> {
  const requirements = join(SCRIPTS, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const cache = process.env.MODEL_PIPELINE_CACHE ?? join(homedir(), '.cache', 'cdk-model-pipeline');
  const environment = join(cache, `bench-${hash}`);
  const python = join(environment, 'bin', 'python');
  const marker = join(environment, 'complete');
  if (existsSync(marker)) return python;
  const base = await ensurePythonEnvironment({ onProgress: (text) => console.log(text) });
  console.log(`installing ${requirements} (once)`);
  must(base.python, ['-m', 'venv', '--clear', environment]);
  must(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(marker, '');
  return python;
}

function versions(python: string): string {
  const packages = readFileSync(join(SCRIPTS, 'requirements.txt'), 'utf8').match(/^\w.*==.*$/gm) ?? [];
  return [must(python, ['--version']).trim(), ...packages.map((one) => one.replace('==', ' '))].join(', ');
}

function run(command: string, args: readonly string[]): Measured {
  return JSON.parse(must(command, args).trim().split('\n').at(-1) as string) as Measured;
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr.slice(-2000)}`);
  return stdout;
}

function tell(title: string, { found, seconds, peakBytes }: Measured, ours: Measured): void {
  const times = (seconds / ours.seconds).toFixed(2);
  line(title, seconds.toFixed(1), times, String(Math.round(peakBytes / 1e6)), String(found));
}

function line(title: string, ...cells: readonly string[]): void {
  console.log([`  ${title}`.padEnd(34), ...cells.map((cell) => cell.padStart(12))].join(''));
}
