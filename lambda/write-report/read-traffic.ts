import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { type ReleaseVariants, readMinutes } from '../analyse-step/read-minutes';
import { dimensionsOf, variantDimensions } from '../analyse-step/request-sources';
import { binWidth } from '../domain/pages/release/traffic-bins';
import type { TrafficPoint, VersionTraffic } from '../domain/release/release-report';
import type { CanaryMinute } from '../domain/release/rules/rule';

const MINUTE = 60_000;
const ROLES = ['champion', 'challenger'] as const;
const PERCENTILES = ['p50', 'p95', 'p99'] as const;

type Role = (typeof ROLES)[number];
type Latencies = Pick<VersionTraffic, (typeof PERCENTILES)[number]>;

export interface ReleaseTraffic {
  /** Minutes of a point. */
  readonly binMinutes: number;
  readonly traffic: TrafficPoint[];
}

interface Window {
  readonly since: Date;
  readonly until: Date;
}

/**
 * What both versions did while they ran beside each other, in points of some minutes, up to the last one with
 * requests.
 */
export async function readTraffic(
  client: CloudWatchClient,
  variants: ReleaseVariants,
  window: Window,
): Promise<ReleaseTraffic> {
  const found = await readPoints(client, variants, window);
  if (found.traffic.length > 0) return found;
  // One that ended within minutes may have requests in none but the minute in which its traffic began.
  const since = new Date(Math.floor(window.since.getTime() / MINUTE) * MINUTE);
  return readPoints(client, variants, { ...window, since });
}

async function readPoints(
  client: CloudWatchClient,
  variants: ReleaseVariants,
  window: Window,
): Promise<ReleaseTraffic> {
  const minutes = await readMinutes(client, variants, window, { latencyLimits: [], business: [] });
  const used = minutes.findLastIndex((minute) => ROLES.some((role) => minute[role].invocations > 0)) + 1;
  const binMinutes = binWidth(used);
  if (used === 0) return { binMinutes, traffic: [] };
  const start = Math.ceil(window.since.getTime() / MINUTE) * MINUTE;
  const points = binCounts(minutes.slice(0, used), start, binMinutes);
  const latencies = await readLatencies(client, variants, binMinutes, {
    // Its first minutes were before the traffic, unless it begins with it.
    start: Math.ceil(start / (binMinutes * MINUTE)) * binMinutes * MINUTE,
    end: start + used * MINUTE,
  });
  return {
    binMinutes,
    traffic: points.map(({ time, minutes: length, ...counts }) => ({
      time: new Date(Math.max(time, start)).toISOString(),
      minutes: length,
      champion: { ...counts.champion, ...latencies.champion.get(time) },
      challenger: { ...counts.challenger, ...latencies.challenger.get(time) },
    })),
  };
}

type Counts = { time: number; minutes: number } & Record<Role, { requests: number; errors: number }>;

/** Sums of minutes in bins that begin at round times; the first may be shorter. */
function binCounts(minutes: readonly CanaryMinute[], start: number, binMinutes: number): Counts[] {
  const bins: Counts[] = [];
  for (const [index, minute] of minutes.entries()) {
    const width = binMinutes * MINUTE;
    const time = Math.floor((start + index * MINUTE) / width) * width;
    if (bins.at(-1)?.time !== time) {
      const none = { requests: 0, errors: 0 };
      bins.push({ time, minutes: 0, champion: { ...none }, challenger: { ...none } });
    }
    const bin = bins.at(-1) as Counts;
    bin.minutes++;
    for (const role of ROLES) {
      bin[role].requests += minute[role].invocations;
      bin[role].errors += minute[role].errors;
    }
  }
  return bins;
}

/** Percentiles of whole bins, for those of a bin do not follow from its minutes'. */
async function readLatencies(
  client: CloudWatchClient,
  variants: ReleaseVariants,
  binMinutes: number,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Record<Role, Map<number, Latencies>>> {
  const latencies: Record<Role, Map<number, Latencies>> = { champion: new Map(), challenger: new Map() };
  const [source] = variants.sources;
  if (start >= end || !source) return latencies;
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(start),
      EndTime: new Date(end),
      MetricDataQueries: ROLES.flatMap((role) =>
        PERCENTILES.map((percentile) => ({
          Id: `${role}_${percentile}`,
          MetricStat: {
            Metric: {
              Namespace: source.namespace,
              MetricName: 'ModelLatency',
              Dimensions: variantDimensions(dimensionsOf(source, role), variants[`${role}Variant`]),
            },
            Period: binMinutes * 60,
            Stat: percentile,
          },
        })),
      ),
    },
  );
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const [role, percentile] = Id.split('_') as [Role, string];
      for (const [index, at] of Timestamps.entries()) {
        const time = at.getTime();
        latencies[role].set(time, { ...latencies[role].get(time), [percentile]: Values[index] });
      }
    }
  }
  return latencies;
}
