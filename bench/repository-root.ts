import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the repository, whether this code is compiled or not. */
export function repositoryRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'cdk.json'))) folder = dirname(folder);
  return folder;
}
