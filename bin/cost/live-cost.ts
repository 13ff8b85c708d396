import { HOURS_A_MONTH } from '../../lib/cost/instance-cost';
import type { InstancePrices } from '../../lib/cost/price-table';

/** Instances of an endpoint's variant that run now. */
export interface RunningInstances {
  readonly variant: string;
  readonly instanceType: string;
  readonly count: number;
}

/** A job that has ended. */
export interface EndedJob {
  readonly kind: 'training' | 'scoring';
  readonly name: string;
  /** When it began. */
  readonly time: Date;
  readonly instanceType: string;
  readonly count: number;
  /** That AWS bills, of each instance. */
  readonly seconds: number;
}

export interface LiveCostInput {
  readonly prices: InstancePrices;
  readonly instances: readonly RunningInstances[];
  readonly jobs: readonly EndedJob[];
  /** Requests of the last hours. */
  readonly requests: { readonly count: number; readonly hours: number };
}

/** In US dollars; undefined where a price is missing, or nothing is to be priced. */
export interface LiveCost {
  readonly endpointPerHour?: number;
  readonly endpointPerMonth?: number;
  /** By the instances that run now, and the requests of the last hours. */
  readonly perThousandPredictions?: number;
  /** Of each job, the newest first. */
  readonly jobs: readonly (Omit<EndedJob, 'time'> & { readonly time: string; readonly cost?: number })[];
  /** The mean cost of a retraining: of its training and of the scoring, as far as both are known. */
  readonly perRetraining?: number;
  readonly unknown: readonly string[];
}

/** What an endpoint costs as it runs now, and what jobs have cost. */
export function liveCost({ prices, instances, jobs, requests }: LiveCostInput): LiveCost {
  const priceOf = (type: string) => prices.instanceHours[type];
  const perHour = sum(instances.map(({ instanceType, count }) => times(priceOf(instanceType), count)));
  const priced = jobs
    .toSorted((a, b) => b.time.getTime() - a.time.getTime())
    .map((job) => ({
      ...job,
      time: job.time.toISOString(),
      cost: times(priceOf(job.instanceType), (job.count * job.seconds) / 3600),
    }));
  const types = [...instances, ...jobs].map(({ instanceType }) => instanceType);
  const endpointPerHour = instances.length > 0 ? perHour : undefined;
  return {
    endpointPerHour,
    endpointPerMonth: times(endpointPerHour, HOURS_A_MONTH),
    perThousandPredictions:
      requests.count > 0 ? times(endpointPerHour, (requests.hours / requests.count) * 1000) : undefined,
    jobs: priced,
    perRetraining: retraining(priced),
    unknown: [...new Set(types.filter((type) => priceOf(type) === undefined))],
  };
}

function retraining(
  jobs: readonly { readonly kind: EndedJob['kind']; readonly cost?: number | undefined }[],
) {
  const trainings = jobs.filter(({ kind }) => kind === 'training');
  const all = sum(jobs.map(({ cost }) => cost));
  return trainings.length > 0 ? times(all, 1 / trainings.length) : undefined;
}

/** Undefined if one of the numbers is. */
function sum(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce<number | undefined>(
    (total, number) => (total === undefined || number === undefined ? undefined : total + number),
    0,
  );
}

function times(number: number | undefined, factor: number): number | undefined {
  return number === undefined ? undefined : number * factor;
}
