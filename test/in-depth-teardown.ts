import removeFolders from './global-teardown';
import { type Run, verdictOn } from './grants/end-of-run';
import { GRANT_EXCEPTIONS } from './grants/exceptions';
import { recordedGrants } from './grants/grant-records';

/** Fails the run for each grant of a role that no story used, if it was a run of all stories. */
export default function endOfRun(run: Run): void {
  try {
    process.stderr.write(`${verdictOn(run, recordedGrants(), GRANT_EXCEPTIONS)}\n`);
  } finally {
    removeFolders();
  }
}
