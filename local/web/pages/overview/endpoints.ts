import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import { shareBar } from '../../charts/share-bar';
import type { CloudReader } from '../../cloud-reader';
import { variantColour } from '../../colours';
import { endpoints, type Variant, variantMetric, variantsOf } from '../../data/endpoints';
import type { Series } from '../../data/metric-data';
import { microseconds, quantity } from '../../format';
import { type Html, html } from '../../html';
import { card, table } from '../../layout';
import { address, link } from '../../links';
import { pill } from '../../status';

const WINDOW_MINUTES = 60;
const PERIOD_SECONDS = 300;

export async function endpointsSection(reader: CloudReader): Promise<Html | undefined> {
  if (!reader.has('sagemaker')) return undefined;
  const found = await endpoints(reader);
  const parts = await Promise.all(found.map((endpoint) => endpointPart(reader, endpoint)));
  const body = parts.length > 0 ? parts : html`<p class="faint" style="margin:0">There are no endpoints.</p>`;
  return card('Endpoints', body, found.length > 0 && `traffic of the last ${WINDOW_MINUTES} minutes`);
}

/** The bar of an endpoint's traffic by weight. */
export function trafficBar(variants: readonly Variant[]): Html {
  return shareBar(
    variants.map(({ name, share }, index) => ({ label: name, share, colour: variantColour(name, index) })),
  );
}

async function endpointPart(reader: CloudReader, endpoint: DescribeEndpointCommandOutput): Promise<Html> {
  const { EndpointName = '', EndpointStatus = '' } = endpoint;
  const variants = variantsOf(endpoint);
  const end = reader.now;
  const request = {
    endpoint: EndpointName,
    variants: variants.map(({ name }) => name),
    period: PERIOD_SECONDS,
    start: new Date(end.getTime() - WINDOW_MINUTES * 60_000),
    end,
  };
  const [requests, errors, latency] = await Promise.all([
    variantMetric(reader, { ...request, metric: 'Invocations', stat: 'Sum' }),
    variantMetric(reader, { ...request, metric: 'Invocation5XXErrors', stat: 'Sum' }),
    variantMetric(reader, { ...request, metric: 'ModelLatency', stat: 'p95' }),
  ]);
  const rows = variants.map(({ name, instances, isShadow }, index) => [
    html`<span class="dot" style="background:${variantColour(name, index)}"></span>${name}${isShadow && html` <span class="soft">shadow</span>`}`,
    quantity(sum(requests[index])),
    quantity(sum(errors[index])),
    latestLatency(latency[index]),
    instances ?? '–',
  ]);
  return html`<div class="title" style="margin-bottom:8px"><strong>${link(address.endpoint(EndpointName), EndpointName)}</strong>${pill(EndpointStatus)}</div>
${trafficBar(variants)}
<div style="margin-top:8px">${table(['variant', 'requests', 'failed', 'p95 latency', 'instances'], rows, 'It has no variants yet.')}</div>`;
}

function sum(series: Series | undefined): number {
  return series?.points.reduce((total, { value }) => total + value, 0) ?? 0;
}

function latestLatency(series: Series | undefined): string {
  const latest = series?.points.at(-1);
  return latest ? microseconds(latest.value) : '–';
}
