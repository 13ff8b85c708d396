import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Folder of an example with `rehearse.mjs`, and with what that needs beside the packages of the repository.
 */
const FOLDER = 'rehearsal';
const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** Examples that run on this machine by themselves. */
function runnable(): string[] {
  return readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, FOLDER)));
}

/** Runs an example on the local cloud: `npm run example -- churn-batch`. */
function main([name]: readonly string[]): number {
  if (name === undefined || !runnable().includes(name)) {
    console.error(`which example? ${runnable().join(', ')}; the others have the commands in their README`);
    return 1;
  }
  const cwd = join(EXAMPLES, name, FOLDER);
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { cwd, stdio: 'inherit' }).status ?? 1;
  const install = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  return run('npm', ...install) || run(process.execPath, 'rehearse.mjs');
}

process.exitCode = main(process.argv.slice(2));
