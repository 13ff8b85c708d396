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
/**
 * Of a Spark worker for an hour, in us-east-1 in November 2026: on EMR Serverless .052624 a vCPU and .0057785
 * a GB (https://aws.amazon.com/emr/pricing/), on Glue .44 a DPU (https://aws.amazon.com/glue/pricing/).
 */
const WORKER_HOURS: Readonly<Record<string, number>> = {
  'emr-serverless.4vcpu-16gb': 4 * 0.052624 + 16 * 0.0057785,
  'glue.G.1X': 0.44,
};
/** An execution that has one state enters and leaves it. */
const TRANSITIONS_OF_A_PART = 2;
/** Functions prepare each part for a job, and join it with the answers. */
const FUNCTIONS_OF_A_PART_OF_A_JOB = 2;

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

const ENGINES: readonly BatchEngineKind[] = ['lambda', 'transform', 'spark'];

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
  const price = WORKER_HOURS[instances.type] ?? priceOf(instances.type);
  return price === undefined
    ? undefined
    : (instances.count * price * minutes) / 60 + FUNCTIONS_OF_A_PART_OF_A_JOB * functions;
}
