import type { Clock } from '../../gateway/clock';
import { allowsOf, type Grant, type PolicyDocument } from '../../gateway/policy';

/** One grant of a role, and how often a call needed it. */
export interface GrantUse extends Grant {
  readonly role: string;
  /** Name of the policy that grants it. */
  readonly policy: string;
  /** Calls that it allowed. */
  readonly uses: number;
  /** Of the last of them, as ISO 8601; left out if there was none. */
  readonly lastUsed?: string;
}

/**
 * What roles were allowed, as IAM's last accessed information and the unused access findings of IAM Access
 * Analyzer tell it on AWS, down to the resource.
 */
export class AccessRecord {
  constructor(
    private readonly table: Map<string, GrantUse>,
    private readonly clock: Pick<Clock, 'date'>,
  ) {}

  /** Notes a call that these grants of a policy allowed. */
  note(role: string, policy: string, grants: readonly Grant[]): void {
    for (const grant of grants) {
      const key = keyOf(role, policy, grant);
      const uses = (this.table.get(key)?.uses ?? 0) + 1;
      this.table.set(key, { role, policy, ...grant, uses, lastUsed: this.clock.date().toISOString() });
    }
  }

  /**
   * All grants of these roles, and those that were used but that no role has any more.
   *
   * @param policies of each role, by their names
   */
  report(policies: ReadonlyMap<string, ReadonlyMap<string, PolicyDocument>>): GrantUse[] {
    const report = new Map<string, GrantUse>();
    for (const [role, documents] of policies) {
      for (const [policy, document] of documents) {
        for (const grant of allowsOf(document)) {
          report.set(keyOf(role, policy, grant), { role, policy, ...grant, uses: 0 });
        }
      }
    }
    for (const [key, use] of this.table) report.set(key, use);
    return [...report.values()];
  }
}

function keyOf(role: string, policy: string, { action, resource, condition }: Grant): string {
  return JSON.stringify([role, policy, action, resource, condition]);
}
