import type { ListMetricsCommandOutput, Metric } from '@aws-sdk/client-cloudwatch';
import type {
  DescribeEndpointCommandOutput,
  EndpointSummary,
  ListEndpointsCommandOutput,
  ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import type { CloudReader } from '../cloud-reader';
import { metricData, type Series } from './metric-data';

/** A variant, and the share of the traffic that its weight gives it. */
export interface Variant {
  readonly name: string;
  readonly weight: number;
  readonly share: number;
  readonly instances: number | undefined;
  /** Whether it gets copies of requests, and no traffic. */
  readonly isShadow: boolean;
}

export async function endpoints(reader: CloudReader): Promise<DescribeEndpointCommandOutput[]> {
  if (!reader.has('sagemaker')) return [];
  const summaries = await reader.list<ListEndpointsCommandOutput, EndpointSummary>(
    'sagemaker',
    'ListEndpoints',
    {},
    ({ Endpoints }) => Endpoints,
  );
  const found = await Promise.all(
    summaries.map(({ EndpointName }) =>
      reader.find<DescribeEndpointCommandOutput>('sagemaker', 'DescribeEndpoint', { EndpointName }),
    ),
  );
  return found.flatMap((endpoint) => endpoint ?? []);
}

/** Production variants first, then shadows. */
export function variantsOf(endpoint: DescribeEndpointCommandOutput): Variant[] {
  const { ProductionVariants = [], ShadowProductionVariants = [] } = endpoint;
  const total = ProductionVariants.reduce((sum, { CurrentWeight = 0 }) => sum + CurrentWeight, 0);
  const variant = (
    { VariantName: name = '', CurrentWeight: weight = 0, CurrentInstanceCount }: ProductionVariantSummary,
    isShadow: boolean,
  ) => ({
    name,
    weight,
    share: total > 0 && !isShadow ? weight / total : 0,
    instances: CurrentInstanceCount,
    isShadow,
  });
  return [
    ...ProductionVariants.map((summary) => variant(summary, false)),
    ...ShadowProductionVariants.map((summary) => variant(summary, true)),
  ];
}

/** Names of all variants that ever took requests, which may be gone since. */
export async function variantsWithMetrics(reader: CloudReader, endpoint: string): Promise<string[]> {
  if (!reader.has('monitoring')) return [];
  const metrics = await reader.list<ListMetricsCommandOutput, Metric>(
    'monitoring',
    'ListMetrics',
    {
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'EndpointName', Value: endpoint }],
    },
    ({ Metrics }) => Metrics,
  );
  const names = metrics.flatMap(
    ({ Dimensions = [] }) => Dimensions.find(({ Name }) => Name === 'VariantName')?.Value ?? [],
  );
  return [...new Set(names)].sort();
}

export interface VariantMetricRequest {
  readonly endpoint: string;
  readonly variants: readonly string[];
  readonly metric: string;
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
  readonly start: Date;
  readonly end: Date;
}

/** One metric of each variant, in the order of the variants. */
export async function variantMetric(
  reader: CloudReader,
  { endpoint, variants, metric, stat, period, start, end }: VariantMetricRequest,
): Promise<Series[]> {
  if (variants.length === 0 || !reader.has('monitoring')) return [];
  const queries = variants.map((variant, index) => ({
    Id: `v${index}`,
    Label: variant,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SageMaker',
        MetricName: metric,
        Dimensions: [
          { Name: 'EndpointName', Value: endpoint },
          { Name: 'VariantName', Value: variant },
        ],
      },
      Period: period,
      Stat: stat,
    },
  }));
  return metricData(reader, queries, start, end);
}
