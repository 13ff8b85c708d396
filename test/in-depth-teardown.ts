import removeFolders from './global-teardown';
import { GRANT_EXCEPTIONS } from './grants/exceptions';
import { complaintOf, judgeGrants } from './grants/grant-judgement';
import { recordedGrants } from './grants/grant-records';

/** What Jest tells of a run: its global configuration. */
interface Run {
  readonly testPathPatterns: { isSet(): boolean };
  readonly testNamePattern?: string;
  readonly shard?: object;
  readonly onlyChanged: boolean;
  readonly onlyFailures: boolean;
  readonly findRelatedTests: boolean;
}

/** The stack that stories deploy: its roles are called so. */
const STORIES_STACK = /^Customers-/;

/** After all stories, fails the run for each grant of a role that none of them needed. */
export default function endOfRun(run: Run): void {
  try {
    if (!isWhole(run)) return;
    const records = recordedGrants().filter(({ role }) => STORIES_STACK.test(role));
    const complaint = complaintOf(judgeGrants(records, GRANT_EXCEPTIONS));
    if (complaint) throw new Error(complaint);
  } finally {
    removeFolders();
  }
}

/** Some of the stories need only some of the grants. */
function isWhole(run: Run): boolean {
  const { testPathPatterns, testNamePattern, shard, onlyChanged, onlyFailures, findRelatedTests } = run;
  const isPart =
    testPathPatterns.isSet() || testNamePattern || shard || onlyChanged || onlyFailures || findRelatedTests;
  return !isPart;
}
