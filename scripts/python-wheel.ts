import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileWithJsii } from './jsii-package';

/**
 * Builds the Python package of the constructs. `jsii-pacmak` gets what it builds with from the Python Package
 * Index.
 *
 * @param root folder of the repository, built
 * @param out folder for the wheel
 * @returns path of the wheel
 * @throws Error if jsii refuses the constructs, or the wheel cannot be built
 */
export function buildPythonWheel(root: string, out: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'jsii-'));
  try {
    if (compileWithJsii(root, folder) !== 0) throw new Error('jsii refuses the constructs, see above');
    rmSync(join(folder, 'dist', 'tsconfig.tsbuildinfo'), { force: true });
    cpSync(join(root, 'dist', 'assets'), join(folder, 'dist', 'assets'), { recursive: true });
    const pacmak = join(root, 'node_modules', 'jsii-pacmak', 'bin', 'jsii-pacmak');
    const args = [pacmak, '--targets', 'python', '--outdir', 'packages', folder];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' });
    const wheels = join(folder, 'packages', 'python');
    const wheel = status === 0 ? readdirSync(wheels).find((name) => name.endsWith('.whl')) : undefined;
    if (wheel === undefined) throw new Error('jsii-pacmak built no wheel, see above');
    mkdirSync(out, { recursive: true });
    cpSync(join(wheels, wheel), join(out, wheel));
    return join(out, wheel);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  try {
    const wheel = buildPythonWheel(process.cwd(), join(process.cwd(), 'dist', 'python'));
    process.stdout.write(`${wheel}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
