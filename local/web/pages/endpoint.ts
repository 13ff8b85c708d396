import type {
  DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommandOutput,
  ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { timeSeriesChart } from '../charts/time-series-chart';
import type { CloudReader } from '../cloud-reader';
import { variantColour } from '../colours';
import { type Variant, variantMetric, variantsOf, variantsWithMetrics } from '../data/endpoints';
import { periodFor } from '../data/metric-data';
import { duration, microseconds, percentage, quantity, time } from '../format';
import { type Html, html } from '../html';
import { card, facts, heading, type Page, table } from '../layout';
import { pill } from '../status';
import { trafficBar } from './overview/endpoints';
import { type TimeRange, timeRange, timeRangeLinks } from './time-range';

interface EndpointChart {
  readonly title: string;
  readonly metric: string;
  readonly stat: string;
  readonly format: (value: number) => string;
}

const CHARTS: readonly EndpointChart[] = [
  { title: 'Requests', metric: 'Invocations', stat: 'Sum', format: quantity },
  {
    title: 'Failed requests',
    metric: 'Invocation5XXErrors',
    stat: 'Sum',
    format: quantity,
  },
  { title: 'Model latency, p50', metric: 'ModelLatency', stat: 'p50', format: microseconds },
  { title: 'Model latency, p95', metric: 'ModelLatency', stat: 'p95', format: microseconds },
];

/** One endpoint: its variants and their traffic, latency and errors over time. */
export async function endpointPage(reader: CloudReader, name: string, query: URLSearchParams): Promise<Page> {
  const endpoint = await reader.call<DescribeEndpointCommandOutput>('sagemaker', 'DescribeEndpoint', {
    EndpointName: name,
  });
  const config = await reader.find<DescribeEndpointConfigCommandOutput>(
    'sagemaker',
    'DescribeEndpointConfig',
    {
      EndpointConfigName: endpoint.EndpointConfigName,
    },
  );
  const range = timeRange(query, reader.now);
  const variants = variantsOf(endpoint);
  const names = [
    ...new Set([...(await variantsWithMetrics(reader, name)), ...variants.map((one) => one.name)]),
  ];
  const charts = await Promise.all(CHARTS.map((chart) => endpointChart(reader, chart, name, names, range)));
  return {
    title: name,
    body: html`${heading(name, pill(endpoint.EndpointStatus ?? ''))}
<section class="card">${endpointFacts(endpoint)}</section>
${card('Variants', html`${trafficBar(variants)}${variantsTable(variants, [...(config?.ProductionVariants ?? []), ...(config?.ShadowProductionVariants ?? [])])}`)}
${timeRangeLinks(query)}<div class="pair">${charts}</div>`,
  };
}

function endpointFacts(endpoint: DescribeEndpointCommandOutput): Html {
  const { EndpointConfigName, CreationTime, LastModifiedTime, FailureReason, DataCaptureConfig } = endpoint;
  return facts([
    ['Configuration', EndpointConfigName],
    ['Created', `${time(CreationTime)} UTC`],
    ['Changed', `${time(LastModifiedTime)} UTC`],
    ...(FailureReason ? [['Failure', FailureReason] as const] : []),
    [
      'Captured requests',
      DataCaptureConfig?.EnableCapture
        ? html`${percentage((DataCaptureConfig.CurrentSamplingPercentage ?? 0) / 100)} to <code>${DataCaptureConfig.DestinationS3Uri}</code>`
        : 'none',
    ],
  ]);
}

function variantsTable(variants: readonly Variant[], configured: readonly ProductionVariant[]): Html {
  const rows = variants.map(({ name, weight, share, instances, isShadow }, index) => {
    const { ModelName, InstanceType } = configured.find(({ VariantName }) => VariantName === name) ?? {};
    return [
      html`<span class="dot" style="background:${variantColour(name, index)}"></span>${name}`,
      html`<span class="break">${ModelName ?? '–'}</span>`,
      quantity(weight),
      isShadow ? 'copies' : percentage(share),
      html`${instances ?? '–'} <span class="soft">${InstanceType}</span>`,
    ];
  });
  return html`<div style="margin-top:8px">${table(['variant', 'model', 'weight', 'traffic', 'instances'], rows, 'It has no variants yet.')}</div>`;
}

async function endpointChart(
  reader: CloudReader,
  { title, metric, stat, format }: EndpointChart,
  endpoint: string,
  variants: readonly string[],
  { start, end }: TimeRange,
): Promise<Html> {
  const period = periodFor(end.getTime() - start.getTime());
  const found = await variantMetric(reader, { endpoint, variants, metric, stat, period, start, end });
  const series = found.map(({ label, points }, index) => ({
    label,
    colour: variantColour(label, index),
    points,
  }));
  return card(
    title,
    timeSeriesChart({ series, start, end, period, format, width: 660, height: 200 }),
    `per ${duration(period * 1000)}`,
  );
}
