import type { ReleaseLook } from './release-look';
import type { LookRun } from './release-report';

/**
 * Folds looks in a row that came to the same verdict in the same step; of their reasons those of the last one
 * stay.
 */
export function foldLooks(looks: readonly ReleaseLook[]): LookRun[] {
  const runs: LookRun[] = [];
  for (const { time, step, trafficShare, baking, verdict, reasons } of looks) {
    const run = runs.at(-1);
    const goesOn = run && run.step === step && run.baking === baking && run.verdict === verdict;
    const look = { until: time, step, trafficShare, baking, verdict, reasons };
    if (goesOn) runs[runs.length - 1] = { ...look, since: run.since, looks: run.looks + 1 };
    else runs.push({ ...look, since: time, looks: 1 });
  }
  return runs;
}
