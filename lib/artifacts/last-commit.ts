import { execFileSync } from 'node:child_process';

/** By folder: an app may have many pipelines of one folder, and Git is another process. */
const found = new Map<string, string | undefined>();

/**
 * The Git commit that last changed a folder. Undefined if there is no Git, the folder is not under version
 * control, or it has changes that are not committed: then no commit names what is in it. Git is run once for
 * each folder and process.
 */
export function lastCommitOf(folder: string): string | undefined {
  if (!found.has(folder)) found.set(folder, commitByGit(folder));
  return found.get(folder);
}

function commitByGit(folder: string): string | undefined {
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
