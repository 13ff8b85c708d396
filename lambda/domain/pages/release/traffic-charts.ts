import type { ReleaseReport, TrafficPoint, VersionTraffic } from '../../release/release-report';
import { wilsonInterval } from '../../statistics/wilson-interval';
import { type Markup, markup } from '../markup';
import { asDuration, asLatency, inPercent, inThousands } from '../units';
import { type ChartLine, type ChartPoint, type LineChartProps, lineChart } from './charts/line-chart';
import { shareChart } from './charts/share-chart';
import type { TimeSpan } from './charts/time-frame';
import { rolledBackAt, type Stage, stagesOf } from './stages';
import { joinCounts, totalOf } from './traffic-bins';

const MINUTE = 60_000;
/** Rates have wide intervals where requests are few: fewer points tell more then. */
const MOST_RATES = 40;
const FEWEST_RATES = 6;
const REQUESTS_OF_A_RATE = 50;
/** Share of the width in which a rollback's end is seen. */
const ROOM_AFTER = 0.03;
const ROLES = ['champion', 'challenger'] as const;

/** The charts of a release's traffic, below each other, minute below minute. */
export function trafficCharts(report: ReleaseReport): Markup {
  const { traffic, binMinutes, outcome } = report;
  const stages = stagesOf(report);
  const span = spanOf(report, stages);
  const rates = joinCounts(traffic, rateCount(traffic));
  const percentile = (name: 'p50' | 'p95'): LineChartProps => ({
    span,
    format: asLatency,
    description: `Latency of champion and challenger, ${name}`,
    lines: linesOf(
      traffic,
      (version) => ({ value: version[name] }),
      (role) => noteOfMedian(traffic.flatMap((point) => point[role][name] ?? [])),
    ),
  });
  return markup`<section><h2>The traffic</h2>
${stages.length > 0 && figure("Challenger's share of the traffic", 'by time in UTC', shareChart({ span, stages, finalShare: outcome === 'released' ? 1 : 0 }))}
${
  traffic.length > 0 &&
  markup`${figure(
    'Requests per minute',
    pointsOf(binMinutes),
    lineChart({
      span,
      format: (value) => value.toLocaleString('en-US'),
      description: 'Requests per minute of champion and challenger',
      lines: linesOf(
        traffic,
        ({ requests }, minutes) => ({ value: requests / minutes }),
        (role) => `${inThousands(totalOf(traffic, role).requests)} in all`,
      ),
    }),
  )}
${figure(
  'Error rate',
  `${pointsOf(Math.max(...rates.map(({ minutes }) => minutes)))}, with 95 % intervals`,
  lineChart({
    span,
    format: inPercent,
    description: 'Error rate of champion and challenger',
    lines: linesOf(
      rates,
      ({ requests, errors }) =>
        requests === 0
          ? { value: undefined }
          : { value: errors / requests, interval: wilsonInterval(errors, requests) },
      (role) => noteOfRate(totalOf(traffic, role)),
    ),
  }),
)}
${figure('Latency, p50', 'half of the requests take longer', lineChart(percentile('p50')))}
${figure('Latency, p95', 'one request in 20 takes longer', lineChart(percentile('p95')))}`
}</section>`;
}

function rateCount(traffic: readonly TrafficPoint[]): number {
  const fewest = Math.min(...ROLES.map((role) => totalOf(traffic, role).requests));
  return Math.min(MOST_RATES, Math.max(FEWEST_RATES, Math.floor(fewest / REQUESTS_OF_A_RATE)));
}

function figure(title: string, explanation: string, chart: Markup): Markup {
  return markup`<div class="chart"><h3>${title} <span>${explanation}</span></h3>
${chart}</div>`;
}

function spanOf(report: ReleaseReport, stages: readonly Stage[]): TimeSpan {
  const { outcome, traffic, trafficSince, endedAt } = report;
  const last = traffic.at(-1);
  const start = Date.parse(trafficSince ?? endedAt);
  const end = Math.max(
    start + MINUTE,
    last ? Date.parse(last.time) + last.minutes * MINUTE : 0,
    stages.at(-1)?.until.getTime() ?? 0,
  );
  const span = { start, end, stepsAt: stages.slice(1).map(({ since }) => since.getTime()) };
  if (outcome === 'released') return span;
  const undone = rolledBackAt(report).getTime();
  return { ...span, rolledBackAt: undone, end: Math.max(end, undone + (end - start) * ROOM_AFTER) };
}

/** A point stands in the middle of its stretch. */
function linesOf(
  traffic: readonly TrafficPoint[],
  point: (version: VersionTraffic, minutes: number) => Omit<ChartPoint, 'time'>,
  note: (role: (typeof ROLES)[number]) => string,
): ChartLine[] {
  return ROLES.map((role) => ({
    role,
    note: note(role),
    points: traffic.map(({ time, minutes, ...versions }) => ({
      time: Date.parse(time) + (minutes * MINUTE) / 2,
      ...point(versions[role], minutes),
    })),
  }));
}

function pointsOf(minutes: number): string {
  return minutes === 1 ? 'minute by minute' : `in points of ${asDuration(minutes * MINUTE)}`;
}

function noteOfRate({ errors, requests }: Pick<VersionTraffic, 'errors' | 'requests'>): string {
  return requests === 0 ? '' : `${inPercent(errors / requests)} in all`;
}

function noteOfMedian(values: readonly number[]): string {
  const median = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return median === undefined ? '' : `typically ${asLatency(median)}`;
}
