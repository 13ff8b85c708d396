import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root';
import type { ResourceCounts } from './synth/plain-stack';

const RUNS = 7;

/**
 * What the constructs cost whoever imports and synthesizes them: milliseconds of processor time in a process
 * of its own, which, unlike the time on the clock, hardly depends on what else the machine does. The median
 * of several runs, in turns with the rival.
 */
export function synth([runs = String(RUNS)]: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    const modules = join(folder, 'modules.json');
    writeFileSync(modules, run('dependencies')[0] as string);
    const [nothing, cdk, library] = medians(Number(runs), [
      () => milliseconds('nothing'),
      () => milliseconds('modules', modules),
      () => milliseconds('library'),
    ]) as [number, number, number];
    print(
      `import: start of Node.js ${nothing} ms, aws-cdk-lib ${cdk - nothing} ms, library ${library - cdk} ms`,
    );
    const outdir = join(folder, 'cdk.out');
    run('flights', '', outdir);
    const counts = countsOf(outdir);
    const file = join(folder, 'counts.json');
    writeFileSync(file, JSON.stringify(counts));
    const [flights, plain] = medians(Number(runs), [
      () => milliseconds('flights', '', outdir),
      () => milliseconds('plain', file, outdir),
    ]) as [number, number];
    const resources = Object.values(counts).reduce((sum, count) => sum + count, 0);
    print(
      `synth: flights app ${flights} ms, plain stack of as many resources (${resources}) ${plain} ms, ratio ${(flights / plain).toFixed(2)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processor time of a process. */
function milliseconds(...measured: Parameters<typeof run>): number {
  return Number(run(...measured).at(-1));
}

/** Lines of a process that is measured. */
function run(what: string, input = '', outdir?: string): string[] {
  if (outdir) rmSync(outdir, { recursive: true, force: true });
  const output = execFileSync(process.execPath, [join(__dirname, 'synth', 'measured.js'), what, input], {
    cwd: repositoryRoot(),
    env: { ...process.env, ...(outdir && { CDK_OUTDIR: outdir }) },
    encoding: 'utf8',
    // The CDK's remarks on templates and on the version of Node.js.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output.trim().split('\n');
}

function medians(runs: number, measurements: readonly (() => number)[]): number[] {
  const rounds = Array.from({ length: runs }, () => measurements.map((each) => each()));
  return measurements.map((_, index) => {
    const sorted = rounds.map((round) => round[index] as number).sort((a, b) => a - b);
    return Math.round(sorted[Math.floor(runs / 2)] as number);
  });
}

function countsOf(folder: string): ResourceCounts {
  const file = readdirSync(folder).find((name) => name.endsWith('.template.json')) as string;
  const { Resources } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
