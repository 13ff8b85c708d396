import type { Metric, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import { evaluateMath, type Series } from './metric-math';
import type { MetricIdentity, MetricStore } from './metric-store';
import { parseStatistic } from './statistics';

export interface QueryRange {
  /** Milliseconds since the epoch; periods are counted from here. */
  readonly start: number;
  readonly end: number;
}

/** The metrics and expressions of one request, by id; each is evaluated once. */
export class MetricQueries {
  private readonly queries: ReadonlyMap<string, MetricDataQuery>;
  private readonly results = new Map<string, Series>();
  private readonly open = new Set<string>();

  constructor(
    queries: readonly MetricDataQuery[],
    private readonly store: MetricStore,
    /** The range to read for a period in seconds. */
    private readonly rangeOf: (periodSeconds: number) => QueryRange,
  ) {
    this.queries = new Map(queries.map((query) => [query.Id as string, query]));
  }

  /**
   * @throws AwsError ValidationException if there is no such query, or expressions go in a circle
   */
  evaluate(id: string): Series {
    const known = this.results.get(id);
    if (known) return known;
    const query = this.queries.get(id);
    if (!query) throw new AwsError('ValidationException', `undefined id ${id}`);
    if (this.open.has(id))
      throw new AwsError('ValidationException', `Circular dependency between metrics: ${id}`);
    this.open.add(id);
    const series = query.MetricStat ? this.readMetric(query) : this.evaluateExpression(query);
    this.results.set(id, series);
    return series;
  }

  /** The period in seconds of a query: its metric's, or the longest of the request's metrics. */
  periodOf(query: MetricDataQuery): number {
    const periods = [...this.queries.values()].map(
      ({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0,
    );
    return query.MetricStat?.Period ?? query.Period ?? Math.max(...periods);
  }

  private readMetric({ MetricStat }: MetricDataQuery): Series {
    const { Metric, Period, Stat, Unit } = MetricStat as NonNullable<MetricDataQuery['MetricStat']>;
    const statistic = parseStatistic(Stat as string);
    const aggregates = this.store.read(identityOf(Metric as Metric), {
      ...this.rangeOf(Period as number),
      period: (Period as number) * 1000,
      unit: Unit,
    });
    const points = [...aggregates].flatMap(([time, aggregate]): [number, number][] => {
      const value = statistic(aggregate);
      return value === undefined ? [] : [[time, value]];
    });
    return new Map(points.sort(([a], [b]) => a - b));
  }

  private evaluateExpression(query: MetricDataQuery): Series {
    const periodSeconds = this.periodOf(query);
    const { start, end } = this.rangeOf(periodSeconds);
    const timestamps: number[] = [];
    for (let time = start; time < end; time += periodSeconds * 1000) timestamps.push(time);
    return evaluateMath(query.Expression as string, {
      series: (id) => (this.queries.has(id) ? this.evaluate(id) : undefined),
      metricIds: [...this.queries.values()]
        .filter(({ MetricStat }) => MetricStat)
        .map(({ Id }) => Id as string),
      timestamps,
      periodSeconds,
    });
  }
}

export function identityOf({ Namespace, MetricName, Dimensions }: Metric): MetricIdentity {
  return {
    namespace: Namespace as string,
    name: MetricName as string,
    dimensions: Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
  };
}

/**
 * Checks queries before they are evaluated or kept in an alarm.
 *
 * @throws AwsError ValidationException
 */
export function validateQueries(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const query of queries) {
    const id = query.Id as string;
    if (!/^[a-z][A-Za-z0-9_]*$/.test(id)) {
      throw new AwsError(
        'ValidationException',
        `The value ${id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (ids.has(id))
      throw new AwsError(
        'ValidationException',
        `The values for parameter id in MetricDataQueries are not unique.`,
      );
    ids.add(id);
    if ((query.MetricStat === undefined) === (query.Expression === undefined)) {
      throw new AwsError(
        'ValidationException',
        `Exactly one of MetricStat and Expression must be given for ${id}.`,
      );
    }
    if (query.MetricStat) {
      parseStatistic(query.MetricStat.Stat as string);
      validatePeriod(query.MetricStat.Period as number);
    }
  }
}

/**
 * @throws AwsError InvalidParameterValueException unless 1, 5, 10, 20, 30 or a multiple of 60 seconds
 */
export function validatePeriod(seconds: number): void {
  if (![1, 5, 10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0)) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The value ${seconds} for parameter Period is not valid: it must be 1, 5, 10, 20, 30, or a multiple of 60.`,
    );
  }
}
