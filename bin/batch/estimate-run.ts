import type { PlannedBatch } from '../../contracts/functions/batch';
import type { BatchRun } from './batch';

/** What a run is likely to take, by the pace of an earlier one. */
export interface RunEstimate {
  /** Name of the earlier run. */
  readonly by: string;
  readonly minutes: number;
  /** US dollars of functions and of states; undefined where instances score. */
  readonly dollars?: number;
}

/**
 * List prices in US dollars, without any free tier: Lambda on x86 for a gigabyte-second
 * (https://aws.amazon.com/lambda/pricing/) and of 1,000 transitions between states
 * (https://aws.amazon.com/step-functions/pricing/), in us-east-1 and eu-west-1 in November 2026.
 */
const GIGABYTE_SECOND = 0.0000166667;
const THOUSAND_TRANSITIONS = 0.025;
/** An execution that has one state enters and leaves it. */
const TRANSITIONS_OF_A_PART = 2;

/** Undefined if no run has ended that had rows. */
export function estimateRun(planned: PlannedBatch, runs: readonly BatchRun[]): RunEstimate | undefined {
  const ended = runs.find(({ manifest }) => manifest && manifest.rows + manifest.failedRows > 0);
  if (!ended?.manifest) return undefined;
  const { plannedAt, finishedAt, rows, failedRows, gigabyteSeconds, engine } = ended.manifest;
  const ratio = planned.rows / (rows + failedRows);
  const minutes = ((Date.parse(finishedAt) - Date.parse(plannedAt)) / 60_000) * ratio;
  const estimate = { by: ended.run, minutes };
  if (planned.engine !== 'lambda' || engine !== 'lambda' || gigabyteSeconds === undefined) return estimate;
  return { ...estimate, dollars: functionDollars(gigabyteSeconds * ratio, planned.parts) };
}

/** US dollars of functions that score parts, and of the states that invoke them. */
export function functionDollars(gigabyteSeconds: number, parts: number): number {
  return gigabyteSeconds * GIGABYTE_SECOND + (parts * TRANSITIONS_OF_A_PART * THOUSAND_TRANSITIONS) / 1000;
}
