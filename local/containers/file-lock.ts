import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MILLIS = 200;

/** Runs `work` while no other process holds the lock at `path`. A lock whose owner has died is taken over. */
export async function withFileLock(
  path: string,
  onProgress: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  let told = false;
  while (!(await tryLock(path))) {
    const owner = await ownerOf(path);
    if (owner !== undefined && !isAlive(owner)) {
      await breakLock(path);
      continue;
    }
    if (!told) onProgress(`waiting for process ${owner ?? 'unknown'}, which holds ${path}`);
    told = true;
    await delay(POLL_MILLIS);
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

// Breakers take turns and look again: a lock that has a dead owner then can only be removed by the one whose
// turn it is.
async function breakLock(path: string): Promise<void> {
  const turn = `${path}.breaking`;
  if (!(await tryLock(turn))) {
    await delay(POLL_MILLIS);
    return;
  }
  try {
    const owner = await ownerOf(path);
    if (owner !== undefined && !isAlive(owner)) await rm(path, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
