import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { CanaryMinute, LatencyLimit, VariantMinute } from '../domain/release/rules/rule';
import { dimensionsOf, type RequestSource, variantDimensions } from './request-sources';

const MINUTE = 60_000;

export interface ReleaseVariants {
  /** Requests of all count; latencies are those of the first. */
  readonly sources: readonly RequestSource[];
  readonly championVariant: string;
  readonly challengerVariant: string;
}

/** A metric whose sums each variant has under the dimension `VariantName`, beside its own dimensions. */
export interface CountMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MinuteMetrics {
  readonly latencyLimits: readonly LatencyLimit[];
  readonly business: readonly CountMetric[];
}

/**
 * Complete minutes from the first one that begins at or after `since`, oldest first; without requests they
 * are zeros.
 */
export async function readMinutes(
  client: CloudWatchClient,
  variants: ReleaseVariants,
  window: { readonly since: Date; readonly until: Date },
  metrics: MinuteMetrics,
): Promise<CanaryMinute[]> {
  const start = firstMinute(window.since);
  const count = completeMinutes(window.since, window.until);
  if (count === 0) return [];
  const queries = (['champion', 'challenger'] as const).flatMap((role) =>
    variantQueries(role, variants, metrics),
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
    const sum = (key: string) =>
      variants.sources.reduce((total, _, index) => total + value(`${key}_${index}`), 0);
    return {
      invocations: sum('invocations'),
      // Timeouts and broken connections count as model errors only, and so do the caller's own mistakes.
      errors: Math.max(sum('failed'), sum('unsuccessful') - sum('refused')),
      slow: metrics.latencyLimits.map((_, index) => value(`slow${index}`)),
      business: metrics.business.map((_, index) => value(`business${index}`)),
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
  invocations: { metricName: 'Invocations', statistic: 'Sum' },
  failed: { metricName: 'Invocation5XXErrors', statistic: 'Sum' },
  unsuccessful: { metricName: 'InvocationModelErrors', statistic: 'Sum' },
  refused: { metricName: 'Invocation4XXErrors', statistic: 'Sum' },
} as const;

function variantQueries(
  role: 'champion' | 'challenger',
  variants: ReleaseVariants,
  { latencyLimits, business }: MinuteMetrics,
): MetricDataQuery[] {
  const query = (key: string, Stat: string, metric: CountMetric): MetricDataQuery => ({
    Id: `${role}_${key}`,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.metricName,
        Dimensions: variantDimensions(metric.dimensions, variants[`${role}Variant`]),
      },
      Period: MINUTE / 1000,
      Stat,
    },
  });
  const ofSource = (source: RequestSource, metricName: string): CountMetric => ({
    namespace: source.namespace,
    metricName,
    dimensions: dimensionsOf(source, role),
  });
  const [first] = variants.sources;
  return [
    ...variants.sources.flatMap((source, index) =>
      Object.entries({ ...COUNTS, invocations: source.requestCount ?? COUNTS.invocations }).map(
        ([key, { metricName, statistic }]) =>
          query(`${key}_${index}`, statistic, ofSource(source, metricName)),
      ),
    ),
    // The trimmed count of the values above a limit.
    ...latencyLimits.flatMap((limit, index) =>
      first ? [query(`slow${index}`, `TC(${limit[role]}:)`, ofSource(first, 'ModelLatency'))] : [],
    ),
    ...business.map((metric, index) => query(`business${index}`, 'Sum', metric)),
  ];
}
