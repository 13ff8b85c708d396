import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileWithJsii } from './jsii-package';

/**
 * Whether the version policy lets a version break what the previous one promised: the next major version
 * does, and before 1.0 the next minor version.
 */
export function mayBreak(previous: string, next: string): boolean {
  const [before, after] = [previous, next].map((version) => version.split('.').map(Number));
  const [major = 0, minor = 0] = before ?? [];
  const [nextMajor = 0, nextMinor = 0] = after ?? [];
  return nextMajor > major || (nextMajor === 0 && nextMinor > minor);
}

/**
 * Compares the public constructs with those of the last version that is tagged, before the current commit's
 * own tag.
 *
 * @param root folder of the repository, with its history
 * @returns exit code: 1 if something breaks that the version must not break
 * @throws Error if jsii refuses the constructs of either
 */
export function apiDiff(root: string): number {
  const tag = lastTag(root);
  if (tag === undefined) {
    process.stdout.write('no version is tagged yet: there is nothing to compare with\n');
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'api-diff-'));
  try {
    const assemblies = { before: join(folder, 'before'), after: join(folder, 'after') };
    const tagged = join(folder, 'tagged');
    for (const each of [tagged, ...Object.values(assemblies)]) mkdirSync(each);
    const archive = execFileSync('git', ['archive', tag], { cwd: root, maxBuffer: 1024 ** 3 });
    execFileSync('tar', ['--extract', '--directory', tagged], { input: archive });
    symlinkSync(join(root, 'node_modules'), join(tagged, 'node_modules'));
    for (const [source, assembly] of [
      [tagged, assemblies.before],
      [root, assemblies.after],
    ] as const) {
      if (compileWithJsii(source, assembly) !== 0)
        throw new Error(`jsii refuses the constructs of ${source}`);
    }
    const diff = join(root, 'node_modules', 'jsii-diff', 'bin', 'jsii-diff');
    const args = [diff, assemblies.before, assemblies.after];
    const isCompatible = spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
    return verdict(isCompatible, versionIn(tagged), versionIn(root));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function verdict(isCompatible: boolean, previous: string, next: string): number {
  const allowed = mayBreak(previous, next);
  const what = isCompatible ? 'breaks nothing' : 'breaks what is listed above';
  const policy = allowed
    ? 'which the version policy allows'
    : 'which takes another version, see CONTRIBUTING.md';
  process.stdout.write(`${next} ${what} of ${previous}${isCompatible ? '' : `, ${policy}`}\n`);
  return isCompatible || allowed ? 0 : 1;
}

/** In the history of the commit before: the current one's may be the one that is being released. */
function lastTag(root: string): string | undefined {
  const args = ['describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^'];
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function versionIn(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

if (require.main === module) {
  try {
    process.exitCode = apiDiff(process.cwd());
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
