import type { GrantUse } from '../../local/services/iam/access-record';

/** Grants that are needed although no story uses them. */
export interface GrantException {
  /** Why they stay. */
  readonly because: string;
  /** Names of roles. @default - every role */
  readonly roles?: RegExp;
  readonly actions: RegExp;
  /** @default - any */
  readonly resources?: RegExp;
  /** Whether stories use the grants in some runs, as timing has it. @default false */
  readonly isUsedByChance?: boolean;
}

export interface GrantJudgement {
  /** How many different grants there were. */
  readonly grants: number;
  /** Grants that no story used and no exception names. */
  readonly unused: readonly string[];
  /** What exceptions say that name no unused grant. */
  readonly needless: readonly string[];
}

/** Judges what all stories recorded: a grant is needed that one of them used. */
export function judgeGrants(
  records: readonly GrantUse[],
  exceptions: readonly GrantException[],
): GrantJudgement {
  const grants = new Map<string, { readonly grant: GrantUse; uses: number }>();
  for (const grant of records) {
    const text = textOf(grant);
    const known = grants.get(text) ?? { grant, uses: 0 };
    known.uses += grant.uses;
    grants.set(text, known);
  }
  const unused = [...grants]
    .filter(([, { uses }]) => uses === 0)
    .map(([text, { grant }]) => ({ text, grant }));
  return {
    grants: grants.size,
    unused: unused
      .filter(({ grant }) => !exceptions.some((exception) => excuses(exception, grant)))
      .map(({ text }) => text)
      .sort(),
    needless: exceptions
      .filter((exception) => !exception.isUsedByChance)
      .filter((exception) => !unused.some(({ grant }) => excuses(exception, grant)))
      .map(({ because }) => because),
  };
}

/** What the end of a run says; undefined if all is well. */
export function complaintOf({ grants, unused, needless }: GrantJudgement): string | undefined {
  if (grants === 0) return 'no story has recorded what roles were allowed';
  const parts = [
    unused.length > 0 &&
      `${unused.length} of ${grants} grants are needed by no story. Delete them, add a story, or name them in test/grants/exceptions.ts with a reason. If a story failed, it may be the one that needs them.\n${lines(unused)}`,
    needless.length > 0 &&
      `${needless.length} exceptions in test/grants/exceptions.ts name no unused grant. Delete them:\n${lines(needless)}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join('\n') : undefined;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `  ${text}`).join('\n');
}

function excuses({ roles, actions, resources }: GrantException, grant: GrantUse): boolean {
  return (
    (roles?.test(grant.role) ?? true) &&
    actions.test(grant.action) &&
    (resources?.test(grant.resource) ?? true)
  );
}

function textOf({ role, action, resource, condition }: GrantUse): string {
  const keys = Object.values(condition ?? {}).flatMap((values) => Object.keys(values));
  return `${role}: ${action} on ${resource}${keys.length > 0 ? `, if ${keys.sort().join(', ')}` : ''}`;
}
