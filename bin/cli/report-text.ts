import colors from 'picocolors';
import { conclusionOf } from '../../lambda/domain/pages/release/conclusion';
import { stagesOf } from '../../lambda/domain/pages/release/stages';
import { joinCounts, totalOf } from '../../lambda/domain/pages/release/traffic-bins';
import { asDuration, asLatency, inPercent } from '../../lambda/domain/pages/units';
import type { ReleaseReport, TrafficPoint } from '../../lambda/domain/release/release-report';
import { colored, table } from './output';
import { sparkline } from './sparkline';

/** Columns of a sparkline. */
const COLUMNS = 60;
const ROLES = ['challenger', 'champion'] as const;
const WIDEST_ROLE = 'challenger'.length;

/** A report for the terminal: what came of it and why, the steps, both versions' errors and latency. */
export function reportText(report: ReleaseReport): string {
  const { outcome, reason, missing, files } = report;
  const { verdict, because } = conclusionOf(report);
  const mark = outcome === 'released' ? colors.green('✓') : colors.red('✗');
  return [
    `${mark} ${colors.bold(printable(verdict))}\n  because ${printable(because)}`,
    inTheShadow(report),
    stepsTable(report),
    report.traffic.length > 0 && [errorRates(report), latencies(report)].join('\n'),
    lastLook(report),
    [
      `reason: ${printable(reason)}`,
      ...missing.map((what) => colors.yellow(`not in this report: ${printable(what)}`)),
      `page: ${files.html} (--html <file> saves it)`,
    ].join('\n'),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function inTheShadow({ shadow }: ReleaseReport): string | undefined {
  if (!shadow) return undefined;
  const lasted = asDuration(Date.parse(shadow.until) - Date.parse(shadow.since));
  return [
    `${colors.bold('in the shadow')} for ${lasted}: ${colored(shadow.verdict)}`,
    ...shadow.reasons.map(({ rule, message }) => `  ${printable(rule)}: ${printable(message)}`),
  ].join('\n');
}

function stepsTable(report: ReleaseReport): string | undefined {
  const stages = stagesOf(report);
  if (stages.length === 0) return undefined;
  return table(
    ['traffic', 'lasted', 'evaluations', 'verdict'],
    stages.map(({ trafficShare, baking, since, until, looks, verdict }) => [
      `${inPercent(trafficShare)}${baking ? ', baking' : ''}`,
      asDuration(until.getTime() - since.getTime()),
      String(looks),
      colored(verdict),
    ]),
  );
}

function errorRates({ traffic }: ReleaseReport): string {
  const points = joinCounts(traffic, COLUMNS);
  return curves('error rate', inPercent, (role) => {
    const { requests, errors } = totalOf(traffic, role);
    return {
      values: points.map((point) =>
        point[role].requests === 0 ? undefined : point[role].errors / point[role].requests,
      ),
      note: requests === 0 ? '' : `${inPercent(errors / requests)} in all`,
    };
  });
}

function latencies({ traffic }: ReleaseReport): string {
  return curves('latency, p95', asLatency, (role) => ({ values: highestOf(traffic, role), note: '' }));
}

/** The highest p95 of neighbouring points, so that they fit in the columns. */
function highestOf(traffic: readonly TrafficPoint[], role: (typeof ROLES)[number]): (number | undefined)[] {
  const size = Math.ceil(traffic.length / COLUMNS);
  return Array.from({ length: Math.ceil(traffic.length / size) }, (_, index) => {
    const known = traffic.slice(index * size, (index + 1) * size).flatMap((point) => point[role].p95 ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  });
}

interface Curve {
  readonly values: readonly (number | undefined)[];
  readonly note: string;
}

/** A line for each version, all of the same scale. */
function curves(
  title: string,
  format: (value: number) => string,
  curveOf: (role: (typeof ROLES)[number]) => Curve,
): string {
  const lines = ROLES.map((role) => ({ role, ...curveOf(role) }));
  const highest = Math.max(0, ...lines.flatMap(({ values }) => values.flatMap((value) => value ?? [])));
  return [
    `${colors.bold(title)} up to ${format(highest)}`,
    ...lines.map(({ role, values, note }) =>
      `  ${role.padEnd(WIDEST_ROLE)}  ${sparkline(values, highest)}  ${note}`.trimEnd(),
    ),
  ].join('\n');
}

function lastLook({ looks }: ReleaseReport): string | undefined {
  const last = looks.at(-1);
  if (!last) return undefined;
  return [
    colors.bold('the last evaluation'),
    ...last.reasons.map(({ rule, message }) => `  ${printable(rule)}: ${printable(message)}`),
  ].join('\n');
}

/** Reasons may hold anything that a person wrote: control characters would reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
