import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GrantUse } from '../../local/services/iam/access-record';

/** Keeps what the roles of a story's cloud were allowed, for the end of the run. */
export function recordGrants(grants: readonly GrantUse[]): void {
  writeFileSync(join(folder(), `${randomUUID()}.json`), JSON.stringify(grants));
}

/** What the stories of this run have recorded. */
export function recordedGrants(): GrantUse[] {
  return readdirSync(folder()).flatMap(
    (name) => JSON.parse(readFileSync(join(folder(), name), 'utf8')) as GrantUse[],
  );
}

/** Made and removed by the run. */
function folder(): string {
  return process.env.GRANT_RECORDS as string;
}
