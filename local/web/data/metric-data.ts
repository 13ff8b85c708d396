import type {
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { CloudReader } from '../cloud-reader';

export interface Point {
  readonly time: Date;
  readonly value: number;
}

export interface Series {
  readonly id: string;
  readonly label: string;
  /** Oldest first. */
  readonly points: readonly Point[];
}

/** What CloudWatch answers to metric queries, in their order; without points where there is no data. */
export async function metricData(
  reader: CloudReader,
  queries: readonly MetricDataQuery[],
  start: Date,
  end: Date,
): Promise<Series[]> {
  const results = await reader.list<GetMetricDataCommandOutput, MetricDataResult>(
    'monitoring',
    'GetMetricData',
    { MetricDataQueries: queries, StartTime: start, EndTime: end, ScanBy: 'TimestampAscending' },
    ({ MetricDataResults }) => MetricDataResults,
  );
  const wanted = queries.filter(({ ReturnData }) => ReturnData !== false);
  return wanted.map(({ Id = '', Label }) => {
    const parts = results.filter((result) => result.Id === Id);
    return { id: Id, label: Label ?? parts[0]?.Label ?? Id, points: parts.flatMap(pointsOf) };
  });
}

/** Seconds of a period that divides a span into 60 to 300 points, out of those that people use. */
export function periodFor(spanMilliseconds: number): number {
  const enough = spanMilliseconds / 1000 / 300;
  return PERIODS.find((period) => period >= enough) ?? (PERIODS.at(-1) as number);
}

const PERIODS = [60, 300, 900, 3600, 21600, 86400];

function pointsOf({ Timestamps = [], Values = [] }: MetricDataResult): Point[] {
  return Timestamps.map((timestamp, index) => ({
    time: new Date(timestamp),
    value: Values[index] as number,
  }));
}
