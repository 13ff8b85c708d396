import type {
  AlarmHistoryItem,
  CompositeAlarm,
  DescribeAlarmHistoryCommandOutput,
  DescribeAlarmsCommandOutput,
  MetricAlarm,
  MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import { timeSeriesChart } from '../charts/time-series-chart';
import type { CloudReader } from '../cloud-reader';
import { seriesColour } from '../colours';
import { metricData } from '../data/metric-data';
import { duration, time } from '../format';
import { type Html, html } from '../html';
import { card, facts, heading, type Page, table } from '../layout';
import { pill } from '../status';
import { stateText, stateTone } from './overview/alarms';
import { timeRange, timeRangeLinks } from './time-range';

const HISTORY_ITEMS = 50;

/** One alarm: its state and why, what it watches, and what it did. */
export async function alarmPage(reader: CloudReader, name: string, query: URLSearchParams): Promise<Page> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await reader.call<DescribeAlarmsCommandOutput>(
    'monitoring',
    'DescribeAlarms',
    { AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  );
  const [metricAlarm] = MetricAlarms;
  const alarm: MetricAlarm | CompositeAlarm | undefined = metricAlarm ?? CompositeAlarms[0];
  if (!alarm) throw new AwsError('ResourceNotFound', `there is no alarm ${name}`);
  const { StateValue = '', StateReason, StateUpdatedTimestamp, AlarmDescription } = alarm;
  const history = await reader.list<DescribeAlarmHistoryCommandOutput, AlarmHistoryItem>(
    'monitoring',
    'DescribeAlarmHistory',
    { AlarmName: name, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    ({ AlarmHistoryItems }) => AlarmHistoryItems,
    HISTORY_ITEMS,
  );
  const rows = history.map(({ Timestamp, HistoryItemType, HistorySummary }) => [
    html`<span class="nowrap">${time(Timestamp)}</span>`,
    HistoryItemType,
    html`<span class="break">${HistorySummary}</span>`,
  ]);
  return {
    title: name,
    body: html`${heading(AlarmDescription ?? name, pill(stateText(StateValue), stateTone(StateValue)))}
<section class="card">${facts([
      ['Name', name],
      ['Since', `${time(StateUpdatedTimestamp)} UTC`],
      ['Condition', metricAlarm ? condition(metricAlarm) : (alarm as CompositeAlarm).AlarmRule],
      ['Why', StateReason],
    ])}</section>
${metricAlarm && html`${timeRangeLinks(query)}${await alarmChart(reader, metricAlarm, query)}`}
${card('History', table(['time (UTC)', 'what', 'summary'], rows, 'It has not changed yet.'))}`,
  };
}

function condition(alarm: MetricAlarm): string {
  const { ComparisonOperator = '', Threshold, EvaluationPeriods = 1, DatapointsToAlarm } = alarm;
  const words = ComparisonOperator.replace(/Threshold$/, '')
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toLowerCase();
  return `${words} ${Threshold} in ${DatapointsToAlarm ?? EvaluationPeriods} of ${EvaluationPeriods} periods of ${duration(periodOf(alarm) * 1000)}`;
}

async function alarmChart(reader: CloudReader, alarm: MetricAlarm, query: URLSearchParams): Promise<Html> {
  const { start, end } = timeRange(query, reader.now);
  const found = await metricData(reader, queriesOf(alarm), start, end);
  return card(
    'What it watches',
    timeSeriesChart({
      series: found.map(({ label, points }, index) => ({ label, points, colour: seriesColour(index) })),
      start,
      end,
      period: periodOf(alarm),
      lines: alarm.Threshold === undefined ? [] : [{ value: alarm.Threshold, label: 'threshold' }],
      width: 1360,
      height: 220,
    }),
  );
}

/** An alarm watches one metric, or what an expression makes of several. */
function queriesOf(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic } = alarm;
  const Stat = Statistic ?? ExtendedStatistic;
  return [
    {
      Id: 'watched',
      Label: MetricName,
      MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat },
    },
  ];
}

/** Seconds. */
function periodOf({ Period, Metrics = [] }: MetricAlarm): number {
  return Period ?? Math.max(60, ...Metrics.map((one) => one.MetricStat?.Period ?? one.Period ?? 0));
}
