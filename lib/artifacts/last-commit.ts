import { execFileSync } from 'node:child_process';

/**
 * The Git commit that last changed a folder. Undefined if there is no Git, the folder is not under version
 * control, or it has changes that are not committed: then no commit names what is in it.
 */
export function lastCommitOf(folder: string): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args, '--', '.'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    if (git('status', '--porcelain') !== '') return undefined;
    return git('log', '-1', '--format=%H') || undefined;
  } catch {
    return undefined;
  }
}
