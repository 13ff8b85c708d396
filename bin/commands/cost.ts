import type { Command } from 'commander';
import { type InstancePrices, PriceTable } from '../../lib/cost/price-table';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { minute, table } from '../cli/output';
import { type LiveCost, liveCost, type RunningInstances } from '../cost/live-cost';
import { endedJobs, requestCount, runningInstances } from '../cost/read-cost-input';

/** A day, so that a daily cycle counts as a whole. */
const HOURS = 24;

export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .description(
      'estimate what the endpoint costs now, what 1,000 predictions cost, and what trainings have cost',
    )
    .option('--prices <file>', 'prices of instances, as "model-pipeline prices" writes them')
    .action(async ({ prices: file }: { prices?: string }, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { endpoint, retrainingStateMachine } = pipeline.resources;
      const region = await aws.sagemaker.config.region();
      const prices = pricesOf(file, region);
      const instances = endpoint ? await runningInstances(aws, endpoint) : [];
      const count =
        endpoint && instances.length > 0
          ? await requestCount(
              aws,
              endpoint,
              instances.map(({ variant }) => variant),
              { now: new Date(), hours: HOURS },
            )
          : 0;
      const jobs = retrainingStateMachine ? await endedJobs(aws, pipeline.name) : [];
      const cost = liveCost({ prices, instances, jobs, requests: { count, hours: HOURS } });
      const result = {
        pipeline: pipeline.name,
        prices: { ...prices, instanceHours: undefined },
        instances,
        requests: count,
        ...cost,
      };
      output.result(result, () => costText(prices, instances, count, cost));
    });
}

function pricesOf(file: string | undefined, region: string): InstancePrices {
  const table = file === undefined ? PriceTable.builtIn() : PriceTable.fromFile(file);
  const prices = table._of(region);
  if (prices) return prices;
  throw new CliError(
    file === undefined
      ? `the model-pipeline package has no prices of ${region}: write them with "model-pipeline prices", and name the file with --prices`
      : `${file} has no prices of ${region}`,
  );
}

function costText(
  prices: InstancePrices,
  instances: readonly RunningInstances[],
  requests: number,
  cost: LiveCost,
): string {
  return [
    `Estimate by the prices of ${prices.region} of ${prices.date}; storage, requests, logs and alarms come on top.`,
    instances.length === 0 ? 'The pipeline has no instances that answer requests.' : '',
    ...instances.map(({ variant, instanceType, count }) => `${variant}: ${count} ${instanceType}`),
    instances.length > 0
      ? `endpoint: ${dollars(cost.endpointPerHour)} an hour, ${dollars(cost.endpointPerMonth)} a month`
      : '',
    instances.length > 0
      ? `1,000 predictions: ${requests === 0 ? 'no requests in the last 24 hours' : dollars(cost.perThousandPredictions)}`
      : '',
    cost.jobs.length > 0 ? `retraining: ${dollars(cost.perRetraining)} on average` : '',
    cost.jobs.length > 0
      ? table(
          ['time (UTC)', 'job', 'instances', 'minutes', 'cost'],
          cost.jobs.map((job) => [
            minute(job.time),
            job.name,
            `${job.count} ${job.instanceType}`,
            (job.seconds / 60).toFixed(1),
            dollars(job.cost),
          ]),
        )
      : '',
    cost.unknown.length > 0 ? `no price of ${cost.unknown.join(', ')}: give a table with --prices` : '',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Small amounts keep their digits. */
function dollars(amount: number | undefined): string {
  if (amount === undefined) return 'unknown';
  return `${amount >= 1 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(2)} USD`;
}
