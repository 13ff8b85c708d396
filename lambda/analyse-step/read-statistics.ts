import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { VariantStatistics } from '../domain/canary-analysis';

export interface StatisticsWindow {
  readonly endpointName: string;
  /** Keeps out what variants of the same name did under an earlier config. */
  readonly endpointConfigName: string;
  readonly since: Date;
  readonly until: Date;
}

/** What the named variants did in a window, to the minute, as CloudWatch has it. */
export async function readStatistics(
  client: CloudWatchClient,
  window: StatisticsWindow,
  variants: readonly string[],
): Promise<VariantStatistics[]> {
  const end = Math.ceil(window.until.getTime() / MINUTE) * MINUTE;
  // What came before the step in its first minute, like the smoke test, is no traffic of it.
  const start = Math.min(Math.ceil(window.since.getTime() / MINUTE) * MINUTE, end - MINUTE);
  const periods = { Sum: MINUTE, p95: coveringPeriod(start, end) };
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(start),
      EndTime: new Date(end),
      MetricDataQueries: variants.flatMap((variant, index) =>
        Object.entries(METRICS).map(([key, { name, statistic }]) =>
          query(`${key}_${index}`, window, variant, name, statistic, periods[statistic] / 1000),
        ),
      ),
    },
  );
  const values = new Map<string, number[]>();
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Values = [] } of MetricDataResults) {
      values.set(Id, [...(values.get(Id) ?? []), ...Values]);
    }
  }
  return variants.map((_, index) => statisticsOf((key) => values.get(`${key}_${index}`) ?? []));
}

const MINUTE = 60_000;

/**
 * The shortest period of which one holds the whole window, for percentiles of parts do not add up. Periods lie at fixed
 * times, so that it may begin before the window: it then counts earlier steps of the same release, under the same config.
 */
function coveringPeriod(start: number, end: number): number {
  let period = end - start;
  while (Math.floor(start / period) * period + period < end) period += MINUTE;
  return period;
}

const METRICS = {
  invocations: { name: 'Invocations', statistic: 'Sum' },
  failed: { name: 'Invocation5XXErrors', statistic: 'Sum' },
  unsuccessful: { name: 'InvocationModelErrors', statistic: 'Sum' },
  refused: { name: 'Invocation4XXErrors', statistic: 'Sum' },
  latency: { name: 'ModelLatency', statistic: 'p95' },
} as const;

function query(
  Id: string,
  { endpointName, endpointConfigName }: StatisticsWindow,
  variant: string,
  MetricName: string,
  Stat: string,
  Period: number,
): MetricDataQuery {
  return {
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SageMaker',
        MetricName,
        Dimensions: [
          { Name: 'EndpointName', Value: endpointName },
          { Name: 'VariantName', Value: variant },
          { Name: 'EndpointConfigName', Value: endpointConfigName },
        ],
      },
      Period,
      Stat,
    },
  };
}

function statisticsOf(valuesOf: (key: keyof typeof METRICS) => readonly number[]): VariantStatistics {
  const sum = (key: keyof typeof METRICS) => valuesOf(key).reduce((total, value) => total + value, 0);
  const [latencyP95Micros] = valuesOf('latency');
  return {
    invocations: sum('invocations'),
    // Timeouts and broken connections count as model errors only, and so do the caller's own mistakes.
    errors: Math.max(sum('failed'), sum('unsuccessful') - sum('refused')),
    ...(latencyP95Micros !== undefined && { latencyP95Micros }),
  };
}
