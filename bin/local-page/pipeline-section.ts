import {
  address,
  ago,
  type CloudReader,
  facts,
  type Html,
  type HtmlValue,
  html,
  link,
  percentage,
  pill,
  table,
  time,
  unfold,
  variantColour,
} from 'cdk-local-cloud/page';
import { type LedgerEntry, ledger, type Pipeline, type Route } from './pipelines';

/** One pipeline: the version in production, the candidate, and every decision so far. */
export async function pipelineSection(reader: CloudReader, pipeline: Pipeline): Promise<Html> {
  const { name, resources, production, candidate, shadow } = pipeline;
  const entries = await ledger(reader, resources.bucket);
  return html`<section class="card"><div class="title" style="margin-bottom:12px"><h1>${name}</h1>
${candidate && pill('release in progress', 'busy')}${!production && pill('nothing released yet', 'neutral')}</div>
${facts([
  ['In production', version(production)],
  ['Since', production?.since ? since(production.since, reader.now) : '–'],
  [
    'Candidate',
    candidate
      ? html`${version(candidate)} ${shadow ? 'as a shadow: copies of requests' : `${percentage(candidate.trafficShare ?? 0)} of the traffic`}`
      : 'none',
  ],
  ['Served by', servers(resources)],
  ['Look at', ways(resources)],
])}
<h2 style="margin:18px 0 6px">Decisions</h2>
${table(['no.', 'time (UTC)', 'what', 'version', 'champion', 'why'], entries.map(ledgerRow), 'No decision has been made yet.')}</section>`;
}

function version(route: Route | undefined): HtmlValue {
  if (!route) return '–';
  const { modelVersion = '?', variant = '' } = route;
  return html`<strong>${modelVersion}</strong> <span class="soft"><span class="dot" style="background:${variantColour(variant, 0)};margin:0 3px 0 6px"></span>${variant}</span>`;
}

function since(text: string, now: Date): HtmlValue {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return html`${time(date)} <span class="soft">${ago(date, now)}</span>`;
}

function servers({ endpoint, serverlessFunction }: Readonly<Record<string, string>>): HtmlValue {
  return joined(' and ', [
    endpoint && html`endpoint ${link(address.endpoint(endpoint), endpoint)}`,
    serverlessFunction && `function ${serverlessFunction}`,
  ]);
}

function ways({ dashboard, topic }: Readonly<Record<string, string>>): HtmlValue {
  return joined(' · ', [
    dashboard && link(address.dashboard(dashboard), 'dashboard'),
    topic && link(address.topic(topic), 'alerts'),
  ]);
}

/** What is there of some values, with a text between each two. */
function joined(between: string, values: readonly HtmlValue[]): HtmlValue {
  return values.filter(Boolean).flatMap((value, index) => (index === 0 ? [value] : [between, value]));
}

function ledgerRow(entry: LedgerEntry): HtmlValue[] {
  const { sequence, time: when = '', kind = '', modelVersion, champion, execution, report } = entry;
  return [
    sequence ?? '–',
    html`<span class="nowrap">${when.slice(0, 19).replace('T', ' ')}</span>`,
    execution ? html`<a href="${address.execution(execution)}">${pill(kind)}</a>` : pill(kind),
    modelVersion ?? '–',
    champion ?? '–',
    html`<div class="text">${why(entry)}${report && html` <span class="small nowrap">${link(address.page('reports', report), 'report')}</span>`}</div>`,
  ];
}

/** The reason that decided comes first; the others are a click away. */
function why({ sequence, reasons = [] }: LedgerEntry): HtmlValue {
  const [first, ...others] = reasons;
  if (others.length === 0) return first;
  return html`${first}${unfold(
    `ledger-${sequence}`,
    others.length === 1 ? 'one more reason' : `${others.length} more reasons`,
    html`<ul class="reasons small">${others.map((reason) => html`<li>${reason}</li>`)}</ul>`,
  )}`;
}
