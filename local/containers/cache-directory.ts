import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is kept for all local clouds of a user: `$LOCAL_CLOUD_CACHE`, or `~/.cache/cdk-local-cloud`. */
export function cacheDirectory(): string {
  return process.env.LOCAL_CLOUD_CACHE ?? join(homedir(), '.cache', 'cdk-local-cloud');
}
