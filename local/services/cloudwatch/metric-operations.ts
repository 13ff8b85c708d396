import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { samplesOf } from './metric-data';
import { identityOf, MetricQueries, validatePeriod, validateQueries } from './metric-query';
import type { MetricStore } from './metric-store';
import { parseStatistic, percentOf } from './statistics';

const METRICS_PAGE = 500;
const MOST_DATAPOINTS = 1_440;
const RECENTLY_ACTIVE_MILLISECONDS = 3 * 3_600_000;

/** What is written to metrics and read of them. */
export function metricOperations(cloud: Cloud, store: MetricStore) {
  return {
    PutMetricData: (input) => {
      const namespace = input.Namespace as string;
      if (namespace.startsWith('AWS/')) {
        throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
      }
      const now = cloud.clock.now();
      const samples = (input.MetricData ?? []).map((datum, i) => samplesOf(namespace, datum, i + 1, now));
      for (const { identity, sample } of samples) store.add(identity, sample);
      return {};
    },

    ListMetrics: (input) => {
      const since = input.RecentlyActive === undefined ? 0 : cloud.clock.now() - RECENTLY_ACTIVE_MILLISECONDS;
      const found = store
        .list()
        .filter(
          ({ namespace, name, dimensions, active }) =>
            (input.Namespace ?? namespace) === namespace &&
            (input.MetricName ?? name) === name &&
            (input.Dimensions ?? []).every(
              ({ Name, Value }) =>
                dimensions[Name as string] !== undefined &&
                (Value ?? dimensions[Name as string]) === dimensions[Name as string],
            ) &&
            active >= since,
        );
      const { page, nextToken } = paginate(found, METRICS_PAGE, input.NextToken);
      return {
        Metrics: page.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        NextToken: nextToken,
      };
    },

    GetMetricStatistics: (input) => {
      const period = input.Period as number;
      validatePeriod(period);
      const names = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
      if (names.length === 0) {
        throw new AwsError(
          'MissingRequiredParameterException',
          'Must specify either Statistics or ExtendedStatistics',
        );
      }
      const [start, end] = [alignDown(input.StartTime, period), (input.EndTime as Date).getTime()];
      if (start >= end)
        throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
      const requested = Math.ceil((end - start) / (period * 1000));
      if (requested > MOST_DATAPOINTS) {
        throw new AwsError(
          'InvalidParameterCombinationException',
          `You have requested up to ${requested} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      }
      const identity = identityOf(input);
      const statistics = names.map((name) => [name, parseStatistic(name)] as const);
      const units = input.Unit === undefined ? store.units(identity) : [input.Unit];
      const datapoints = units.flatMap((unit) => {
        const aggregates = store.read(identity, { start, end, period: period * 1000, unit });
        return [...aggregates].map(([time, aggregate]): sdk.Datapoint => {
          const values = statistics.map(([name, statistic]) => [name, statistic(aggregate)] as const);
          const extended = values.filter(
            ([name, value]) => percentOf(name) !== undefined && value !== undefined,
          );
          return {
            Timestamp: new Date(time),
            Unit: unit as sdk.StandardUnit,
            ...Object.fromEntries(values.filter(([name]) => percentOf(name) === undefined)),
            ...(input.ExtendedStatistics && {
              ExtendedStatistics: Object.fromEntries(extended) as Record<string, number>,
            }),
          };
        });
      });
      const byTime = (a: sdk.Datapoint, b: sdk.Datapoint) => Number(a.Timestamp) - Number(b.Timestamp);
      return { Label: input.MetricName, Datapoints: datapoints.sort(byTime) };
    },

    GetMetricData: (input) => {
      const queries = input.MetricDataQueries ?? [];
      validateQueries(queries);
      const end = (input.EndTime as Date).getTime();
      const values = new MetricQueries(queries, store, (period) => ({
        start: alignDown(input.StartTime, period),
        end,
      }));
      const results = queries
        .filter(({ ReturnData }) => ReturnData !== false)
        .map((query): sdk.MetricDataResult => {
          const points = [...values.evaluate(query.Id as string)];
          if (input.ScanBy !== 'TimestampAscending') points.reverse();
          return {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
            Timestamps: points.map(([time]) => new Date(time)),
            Values: points.map(([, value]) => value),
            StatusCode: 'Complete',
          };
        });
      return { MetricDataResults: results, Messages: [] };
    },
  } satisfies Operations<typeof sdk>;
}

function alignDown(date: Date | undefined, periodSeconds: number): number {
  const step = periodSeconds * 1000;
  return Math.floor((date as Date).getTime() / step) * step;
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
