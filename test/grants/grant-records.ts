import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedNamePrefix } from '../../lib/runtime/pipeline-context';
import type { GrantUse } from '../../local/services/iam/access-record';

/** What a deployment is called: its grants are compared with those of others under other names. */
export interface Deployment {
  readonly stack: string;
  readonly pipeline: string;
  /** Bucket of the CDK's assets. */
  readonly assets: string;
}

/** Keeps what a stack's roles were granted, and what a story used of it, for the end of the run. */
export function recordGrants(grants: readonly GrantUse[], deployment: Deployment): void {
  const own = grants
    .filter(({ role }) => role.startsWith(`${deployment.stack}-`))
    .map((grant) => ({
      ...grant,
      role: logicalName(grant.role),
      resource: withoutNames(grant.resource, deployment),
    }));
  writeFileSync(join(folder(), `${randomUUID()}.json`), JSON.stringify(own));
}

/** What the stories of this run have recorded. */
export function recordedGrants(): GrantUse[] {
  return readdirSync(folder()).flatMap(
    (name) => JSON.parse(readFileSync(join(folder(), name), 'utf8')) as GrantUse[],
  );
}

/** `<stack>-<logical id>-<suffix>`: the logical id without its hash, which a long name has only a part of. */
function logicalName(role: string): string {
  return role
    .replace(/^[^-]+-/, '')
    .replace(/-[A-Z0-9]{12}$/, '')
    .replace(/Role[0-9A-F]+$/, 'Role');
}

/** A resource as every deployment has it: without what a story has chosen, and what is generated. */
function withoutNames(resource: string, { stack, pipeline, assets }: Deployment): string {
  return (
    resource
      .replace(whole(assets), 'ASSETS')
      // Of a long name, generated names have the beginning.
      .replace(`/${generatedNamePrefix(pipeline)}*`, '/NAME-*')
      .replace(whole(`${pipeline}|${stack}|${stack.toLowerCase()}`), 'NAME')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '*')
      .replace(/-([A-Z0-9]{12}|[a-z0-9]{12})(?![A-Za-z0-9-])/g, '-*')
      .replace(/\b[0-9a-f]{64}\b/g, '*')
  );
}

function whole(names: string): RegExp {
  return new RegExp(`(?<=[:/])(${names})(?=[-/:]|$)`, 'g');
}

/** Made and removed by the run. */
function folder(): string {
  return process.env.GRANT_RECORDS as string;
}
