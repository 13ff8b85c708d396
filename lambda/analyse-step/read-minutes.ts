import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { CanaryMinute, LatencyLimit, VariantMinute } from '../domain/canary-analysis';

const MINUTE = 60_000;

export interface ReleaseVariants {
  readonly endpointName: string;
  /** Keeps out what variants of the same name did under an earlier config. */
  readonly endpointConfigName: string;
  readonly championVariant: string;
  readonly challengerVariant: string;
}

/** Complete minutes from the first one that begins at or after `since`, oldest first; without requests they are zeros. */
export async function readMinutes(
  client: CloudWatchClient,
  variants: ReleaseVariants,
  window: { readonly since: Date; readonly until: Date },
  limits: readonly LatencyLimit[],
): Promise<CanaryMinute[]> {
  const start = firstMinute(window.since);
  const count = completeMinutes(window.since, window.until);
  if (count === 0) return [];
  const queries = (['champion', 'challenger'] as const).flatMap((role) =>
    variantQueries(role, variants, limits),
  );
  const series = new Map<string, Map<number, number>>();
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(start),
      EndTime: new Date(start + count * MINUTE),
      MetricDataQueries: queries,
    },
  );
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const values = series.get(Id) ?? new Map<number, number>();
      for (const [index, time] of Timestamps.entries()) values.set(time.getTime(), Values[index] ?? 0);
      series.set(Id, values);
    }
  }
  const minuteOf = (role: string, time: number): VariantMinute => {
    const value = (key: string) => series.get(`${role}_${key}`)?.get(time) ?? 0;
    return {
      invocations: value('invocations'),
      // Timeouts and broken connections count as model errors only, and so do the caller's own mistakes.
      errors: Math.max(value('failed'), value('unsuccessful') - value('refused')),
      slow: limits.map((_, index) => value(`slow${index}`)),
    };
  };
  return Array.from({ length: count }, (_, index) => {
    const time = start + index * MINUTE;
    return { champion: minuteOf('champion', time), challenger: minuteOf('challenger', time) };
  });
}

/** How many minutes are complete between two times. */
export function completeMinutes(since: Date, until: Date): number {
  return Math.max(0, Math.floor((until.getTime() - firstMinute(since)) / MINUTE));
}

/** What came before a step in its first minute, like the smoke test, is no traffic of it. */
function firstMinute(since: Date): number {
  return Math.ceil(since.getTime() / MINUTE) * MINUTE;
}

const COUNTS = {
  invocations: 'Invocations',
  failed: 'Invocation5XXErrors',
  unsuccessful: 'InvocationModelErrors',
  refused: 'Invocation4XXErrors',
} as const;

function variantQueries(
  role: 'champion' | 'challenger',
  variants: ReleaseVariants,
  limits: readonly LatencyLimit[],
): MetricDataQuery[] {
  const query = (key: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id: `${role}_${key}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SageMaker',
        MetricName,
        Dimensions: [
          { Name: 'EndpointName', Value: variants.endpointName },
          { Name: 'VariantName', Value: variants[`${role}Variant`] },
          { Name: 'EndpointConfigName', Value: variants.endpointConfigName },
        ],
      },
      Period: MINUTE / 1000,
      Stat,
    },
  });
  return [
    ...Object.entries(COUNTS).map(([key, name]) => query(key, name, 'Sum')),
    // The trimmed count of the values above a limit.
    ...limits.map((limit, index) => query(`slow${index}`, 'ModelLatency', `TC(${limit[role]}:)`)),
  ];
}
