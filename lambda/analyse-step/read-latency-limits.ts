import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { RequestMetricsSource } from '../../contracts/release-policy';
import type { CanaryPolicy, LatencyLimit } from '../domain/release/rules/rule';
import { variantDimensions } from './request-sources';

const PERCENTILES = [50, 95, 99];
const MINUTE = 60_000;
const HOURS_BEFORE = 3;

export interface ChampionBefore {
  readonly metrics: Pick<RequestMetricsSource, 'namespace' | 'dimensions'>;
  readonly variant: string;
  /** When the challenger first had traffic. */
  readonly before: Date;
}

/**
 * The champion's latencies in the three hours before the challenger had traffic, as medians of its minutes,
 * and what they allow the challenger; undefined if it had no requests. They are the same at each evaluation:
 * limits that move with what they judge would void the test.
 */
export async function readLatencyLimits(
  client: CloudWatchClient,
  { metrics, variant, before }: ChampionBefore,
  policy: Pick<CanaryPolicy, 'maximumLatencyRatio' | 'toleratedLatencyIncreaseMicros'>,
): Promise<LatencyLimit[] | undefined> {
  // The minute that it began in could still change.
  const end = Math.floor(before.getTime() / MINUTE) * MINUTE;
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(end - HOURS_BEFORE * 60 * MINUTE),
      EndTime: new Date(end),
      MetricDataQueries: PERCENTILES.map((percentile) => ({
        Id: `p${percentile}`,
        MetricStat: {
          Metric: {
            Namespace: metrics.namespace,
            MetricName: 'ModelLatency',
            Dimensions: variantDimensions(metrics.dimensions, variant),
          },
          Period: MINUTE / 1000,
          Stat: `p${percentile}`,
        },
      })),
    }),
  );
  const limits = PERCENTILES.flatMap((percentile) => {
    const champion = median(MetricDataResults.find(({ Id }) => Id === `p${percentile}`)?.Values ?? []);
    if (champion === undefined) return [];
    const challenger = Math.max(
      champion * policy.maximumLatencyRatio,
      champion + policy.toleratedLatencyIncreaseMicros,
    );
    return [{ percentile, champion, challenger: Math.round(challenger) }];
  });
  return limits.length > 0 ? limits : undefined;
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
