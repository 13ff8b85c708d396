import type { GrantUse } from '../../local/services/iam/access-record';
import { complaintOf, type GrantException, judgeGrants } from './grant-judgement';

/** What Jest tells of a run: its global configuration. */
export interface Run {
  readonly testPathPatterns: { isSet(): boolean };
  readonly testNamePattern?: string;
  readonly shard?: object;
  readonly onlyChanged: boolean;
  readonly onlyFailures: boolean;
  readonly findRelatedTests: boolean;
}

/**
 * Judges grants after a run of all stories: some of the stories use only some of the grants.
 *
 * @returns the line that the run ends with
 * @throws Error naming each grant that no story used and no exception excuses
 */
export function verdictOn(
  run: Run,
  records: readonly GrantUse[],
  exceptions: readonly GrantException[],
): string {
  if (!isWhole(run)) return 'Grants of roles are not judged: only some of the stories ran.';
  const judgement = judgeGrants(records, exceptions);
  const complaint = complaintOf(judgement);
  if (complaint) throw new Error(complaint);
  return `Grants of roles: each of ${judgement.grants} was used by a story, or is excused with a reason.`;
}

function isWhole(run: Run): boolean {
  const { testPathPatterns, testNamePattern, shard, onlyChanged, onlyFailures, findRelatedTests } = run;
  const isPart =
    testPathPatterns.isSet() || testNamePattern || shard || onlyChanged || onlyFailures || findRelatedTests;
  return !isPart;
}
