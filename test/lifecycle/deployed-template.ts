import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MILLIS = 200;

/**
 * A copy of the data folder of a local cloud in which something is deployed already: that is done once for
 * all test files of a run, by the first that needs it.
 *
 * @param make deploys to a local cloud with the given data folder, and ends it
 */
export async function copyOfTemplate(
  name: string,
  make: (dataFolder: string) => Promise<void>,
): Promise<string> {
  // Made and removed by the run.
  const template = join(process.env.DEPLOYED_TEMPLATES as string, name);
  if (isFirst(`${template}.begun`)) {
    try {
      await make(`${template}.unfinished`);
      renameSync(`${template}.unfinished`, template);
    } catch (error) {
      writeFileSync(`${template}.failed`, '');
      throw error;
    }
  }
  while (!existsSync(template)) {
    if (existsSync(`${template}.failed`))
      throw new Error(`${name} could not be deployed: see another test file`);
    await delay(POLL_MILLIS);
  }
  const copy = mkdtempSync(join(tmpdir(), 'deployed-'));
  cpSync(template, copy, { recursive: true });
  return copy;
}

function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}
