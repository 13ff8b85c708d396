import { join } from 'node:path';

/** Path of a file of the repository. */
export function repositoryFile(...segments: string[]): string {
  return join(__dirname, '..', ...segments);
}
