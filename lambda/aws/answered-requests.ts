import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { RequestMetricsSource } from '../../contracts/release-policy';

/** Where the requests to a model are counted. */
export type RequestCounts = Pick<RequestMetricsSource, 'namespace' | 'dimensions' | 'requestCount'>;

const MINUTE_SECONDS = 60;

/** Counts requests in CloudWatch. */
export class AnsweredRequests {
  constructor(
    private readonly client: CloudWatchClient,
    private readonly counts: RequestCounts,
  ) {}

  /**
   * Requests to a variant that were answered, minute by minute added up; of requests that failed, endpoints
   * record nothing. `InvocationModelErrors` counts those without an answer of 2xx
   * (https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html); functions do not have it.
   */
  async count(variant: string, from: Date, until: Date): Promise<number> {
    const { namespace: Namespace, dimensions, requestCount } = this.counts;
    const Dimensions = Object.entries({ ...dimensions, VariantName: variant }).map(([Name, Value]) => {
      return { Name, Value };
    });
    const { metricName, statistic } = requestCount ?? { metricName: 'Invocations', statistic: 'Sum' };
    const queries = [
      { Id: 'requests', MetricName: metricName, Stat: statistic },
      { Id: 'refused', MetricName: 'Invocation4XXErrors', Stat: 'Sum' },
      { Id: 'failed', MetricName: 'Invocation5XXErrors', Stat: 'Sum' },
      { Id: 'unsuccessful', MetricName: 'InvocationModelErrors', Stat: 'Sum' },
    ];
    const sums = new Map<string, number>();
    const pages = paginateGetMetricData(
      { client: this.client },
      {
        StartTime: from,
        EndTime: until,
        MetricDataQueries: queries.map(({ Id, MetricName, Stat }) => ({
          Id,
          MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: MINUTE_SECONDS, Stat },
        })),
      },
    );
    for await (const { MetricDataResults = [] } of pages) {
      for (const { Id = '', Values = [] } of MetricDataResults) {
        sums.set(
          Id,
          Values.reduce((sum, value) => sum + value, sums.get(Id) ?? 0),
        );
      }
    }
    const sum = (id: string) => sums.get(id) ?? 0;
    return Math.max(0, sum('requests') - Math.max(sum('refused') + sum('failed'), sum('unsuccessful')));
  }
}
