import type {
  CompositeAlarm,
  DescribeAlarmsCommandOutput,
  GetDashboardCommandOutput,
  MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { timeSeriesChart } from '../charts/time-series-chart';
import type { CloudReader } from '../cloud-reader';
import { safeColour, seriesColour } from '../colours';
import {
  type DashboardBody,
  dashboardRange,
  type Widget,
  type WidgetProperties,
  widgetMetrics,
  widgetPeriod,
} from '../data/dashboard-body';
import { metricData } from '../data/metric-data';
import { nameInArn, quantity } from '../format';
import { type Html, type HtmlValue, html } from '../html';
import { heading, type Page } from '../layout';
import { address, link } from '../links';
import { markdown } from '../markdown';
import { stateText, stateTone } from './overview/alarms';
import type { TimeRange } from './time-range';

/** Pixels of a row of the grid, with the gap below it; as in the style sheet. */
const ROW_HEIGHT = 58;
/** Pixels of a widget that are not its chart: padding, title, legend. */
const AROUND_CHART = 84;
const COLUMN_WIDTH = 57;

/** A CloudWatch dashboard as CloudWatch lays it out: 24 columns of widgets. */
export async function dashboardPage(reader: CloudReader, name: string): Promise<Page> {
  const { DashboardBody = '{}' } = await reader.call<GetDashboardCommandOutput>(
    'monitoring',
    'GetDashboard',
    {
      DashboardName: name,
    },
  );
  const body = JSON.parse(DashboardBody) as DashboardBody;
  const range = dashboardRange(body, reader.now);
  const widgets = await Promise.all((body.widgets ?? []).map((widget) => drawWidget(reader, widget, range)));
  return { title: name, body: html`${heading(name)}<div class="dashboard">${widgets}</div>` };
}

async function drawWidget(reader: CloudReader, widget: Widget, range: TimeRange): Promise<Html> {
  const { type, x, y, width = 6, height = 6, properties = {} } = widget;
  const column = x === undefined ? `span ${number(width)}` : `${number(x) + 1} / span ${number(width)}`;
  const row = y === undefined ? `span ${number(height)}` : `${number(y) + 1} / span ${number(height)}`;
  const isPlain = type === 'text' && properties.background === 'transparent';
  return html`<section class="widget ${isPlain && 'plain'}" style="grid-column:${column};grid-row:${row}">
${properties.title !== undefined && html`<h3>${properties.title}</h3>`}${await content(reader, widget, range)}</section>`;
}

function content(
  reader: CloudReader,
  { type, width = 6, height = 6, properties = {} }: Widget,
  range: TimeRange,
) {
  switch (type) {
    case 'text':
      return markdown(properties.markdown ?? '');
    case 'alarm':
      return alarmTiles(reader, properties.alarms ?? []);
    case 'metric':
      return metricWidget(reader, properties, range, {
        width: number(width) * COLUMN_WIDTH - 30,
        height: Math.max(60, number(height) * ROW_HEIGHT - AROUND_CHART),
      });
    case 'custom':
      return customWidget(reader, properties);
    default:
      return html`<p class="faint">Widgets of type ${type} are not drawn here.</p>`;
  }
}

async function alarmTiles(reader: CloudReader, arns: readonly string[]): Promise<Html> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await reader.call<DescribeAlarmsCommandOutput>(
    'monitoring',
    'DescribeAlarms',
    { AlarmNames: arns.map(nameInArn), AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  );
  return html`<div class="tiles">${[...MetricAlarms, ...CompositeAlarms].map(alarmTile)}</div>`;
}

function alarmTile(alarm: MetricAlarm | CompositeAlarm): Html {
  const { AlarmName = '', AlarmDescription, StateValue: state = 'INSUFFICIENT_DATA' } = alarm;
  return html`<div class="tile ${stateTone(state)}"><strong>${stateText(state)}</strong>
<div class="small">${link(address.alarm(AlarmName), AlarmDescription ?? AlarmName)}</div></div>`;
}

/**
 * What a function draws: its scripts do not run, as CloudWatch removes them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
async function customWidget(reader: CloudReader, { endpoint, params }: WidgetProperties): Promise<Html> {
  const answer = await reader
    .call<InvokeCommandOutput>('lambda', 'Invoke', {
      FunctionName: endpoint,
      Payload: Buffer.from(JSON.stringify({ ...params, widgetContext: { params } })),
    })
    .catch((error: Error) => error);
  if (answer instanceof Error)
    return html`<p class="faint">The function cannot be invoked: ${answer.message}</p>`;
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError) return html`<p class="faint">The function failed: ${text}</p>`;
  return html`<iframe sandbox class="custom" srcdoc="${documentOf(text)}"></iframe>`;
}

/** The page of a frame: a text is HTML, anything else JSON. */
function documentOf(text: string): string {
  const content: unknown = JSON.parse(text || 'null');
  const body = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
  return `<!doctype html><meta name="color-scheme" content="light dark"><style>body{margin:0;font:13px system-ui,sans-serif}</style>${body}`;
}

async function metricWidget(
  reader: CloudReader,
  properties: WidgetProperties,
  { start, end }: TimeRange,
  size: { width: number; height: number },
): Promise<HtmlValue> {
  const metrics = widgetMetrics(properties);
  const found = await metricData(
    reader,
    metrics.map(({ query }) => query),
    start,
    end,
  );
  const series = found.map(({ id, label, points }, index) => {
    const colour = metrics.find(({ query }) => query.Id === id)?.colour;
    return { label, colour: safeColour(colour) ?? seriesColour(index), points };
  });
  if (properties.view === 'singleValue')
    return html`<dl class="facts">${series.map(({ label, points }) => {
      const latest = points.at(-1);
      return html`<div><dt>${label}</dt><dd class="large">${latest ? quantity(latest.value) : '–'}</dd></div>`;
    })}</dl>`;
  const lines = (properties.annotations?.horizontal ?? []).flatMap(({ value, label, color }) =>
    value === undefined ? [] : [{ value, label, colour: safeColour(color) }],
  );
  const { min: minimum, max: maximum } = properties.yAxis?.left ?? {};
  const periods = metrics.map(({ query }) => query.MetricStat?.Period ?? query.Period ?? 0);
  const period = Math.max(widgetPeriod(properties), ...periods);
  return timeSeriesChart({ series, start, end, period, lines, minimum, maximum, ...size });
}

/** Places come from outside and stand in a style. */
function number(value: number): number {
  return Math.max(0, Math.floor(Number(value) || 0));
}
