import type { BatchEngineKind } from '../../contracts/batch';
import type { BatchInstances, PlannedBatch } from '../../contracts/functions/batch';
import type { BatchRun } from './batch';

/** What a run by an engine is likely to take, by the pace of the last one. */
export interface RunEstimate {
  readonly engine: BatchEngineKind;
  /** Whether the batch is deployed with this engine. */
  readonly isChosen: boolean;
  /** Name of the earlier run. */
  readonly by: string;
  readonly minutes: number;
  /** US dollars of functions, states and instances; undefined if one of them has no price. */
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
/** Functions prepare and join each part. */
const FUNCTIONS_OF_A_TRANSFORMED_PART = 2;

/**
 * An estimate for each engine by which a run with rows has ended.
 *
 * @param priceOf US dollars an hour of an instance of a type; undefined if they are not known
 */
export function estimateRun(
  planned: PlannedBatch,
  runs: readonly BatchRun[],
  priceOf: (instanceType: string) => number | undefined,
): RunEstimate[] {
  return ENGINES.flatMap((engine) => {
    const ended = runs.find(({ manifest }) => {
      return manifest?.engine === engine && manifest.rows + manifest.failedRows > 0;
    });
    if (!ended?.manifest) return [];
    const { plannedAt, finishedAt, rows, failedRows, gigabyteSeconds } = ended.manifest;
    const ratio = planned.rows / (rows + failedRows);
    const minutes = ((Date.parse(finishedAt) - Date.parse(plannedAt)) / 60_000) * ratio;
    const functions =
      gigabyteSeconds === undefined ? undefined : functionDollars(gigabyteSeconds * ratio, planned.parts);
    const dollars =
      engine === 'lambda' ? functions : jobDollars(planned.instances, minutes, functions, priceOf);
    const isChosen = engine === planned.engine;
    return [{ engine, isChosen, by: ended.run, minutes, ...(dollars !== undefined && { dollars }) }];
  });
}

const ENGINES: readonly BatchEngineKind[] = ['lambda', 'transform'];

/** US dollars of functions that score parts, and of the states that invoke them. */
export function functionDollars(gigabyteSeconds: number, parts: number): number {
  return gigabyteSeconds * GIGABYTE_SECOND + (parts * TRANSITIONS_OF_A_PART * THOUSAND_TRANSITIONS) / 1000;
}

/** At most: as if the instances ran from the plan to the manifest, and preparing took as long as joining. */
function jobDollars(
  instances: BatchInstances | null,
  minutes: number,
  functions: number | undefined,
  priceOf: (instanceType: string) => number | undefined,
): number | undefined {
  if (!instances || functions === undefined) return undefined;
  const price = priceOf(instances.type);
  return price === undefined
    ? undefined
    : (instances.count * price * minutes) / 60 + FUNCTIONS_OF_A_TRANSFORMED_PART * functions;
}
