import type { Command } from 'commander';
import { asDuration, inPercent } from '../../lambda/domain/pages/units';
import type { QualityDocument } from '../../lambda/domain/quality/quality-document';
import type { QualityFigure } from '../../lambda/domain/quality/quality-figures';
import { contextOf } from '../cli/command-context';
import { latestReport } from '../cli/latest-report';
import { colored, minute, table } from '../cli/output';

export function addQualityCommand(program: Command): void {
  program
    .command('quality')
    .description('show the quality of the version in production, according to the labels that have arrived')
    .action(async (_options: object, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const { document: report } = await latestReport<QualityDocument>(await find(), 'quality.json');
      output.result(report, () => qualityText(report));
    });
}

function qualityText(report: QualityDocument): string {
  const {
    modelVersion,
    from,
    until,
    labels,
    unusable,
    unanswered,
    firstProblem,
    metrics,
    figures,
    comparison,
    completeness,
    slices = [],
    unknownColumns = [],
    fairness = [],
    conceptDrift,
    estimated,
  } = report;
  return [
    `version ${modelVersion}, ${minute(from)} to ${minute(until)} UTC: ${labels} labeled answers, ${unusable} labels that cannot be used, ${unanswered} labels without an answer`,
    completeness ? completenessText(completeness) : '',
    firstProblem === undefined ? '' : `first problem: ${firstProblem}`,
    table(
      ['metric', 'in production', '95 % interval'],
      (figures ?? withoutIntervals(metrics)).map(({ metric, value, interval }) => [
        metric,
        short(value),
        interval ? `${short(interval[0])} to ${short(interval[1])}` : '',
      ]),
    ),
    comparison
      ? `${comparison.metric}: ${comparison.production.toPrecision(4)} in production, ${comparison.holdout.toPrecision(4)} on the holdout: ${colored(comparison.hasFallen ? 'ALARM' : 'OK')}`
      : 'no verdict: there are too few labels, or no evaluation to compare with',
    slices.length > 0 ? sliceTable(slices) : '',
    unknownColumns.length > 0 ? `requests have no column ${unknownColumns.join(', ')}` : '',
    conceptDrift?.hasDrifted ? driftText(conceptDrift) : '',
    estimated ? estimateText(estimated) : '',
    ...fairness.flatMap(({ column, gaps }) => gaps.map((gap) => gapText(column, gap))),
  ]
    .filter(Boolean)
    .join('\n');
}

function sliceTable(slices: NonNullable<QualityDocument['slices']>): string {
  return table(
    ['slice', 'labels', 'in production', '95 % interval', 'on the holdout', ''],
    slices.map(({ name, labels, value, interval, comparison }) => [
      name,
      String(labels),
      value === undefined ? '' : short(value),
      interval ? `${short(interval[0])} to ${short(interval[1])}` : '',
      comparison ? short(comparison.holdout) : '',
      comparison ? colored(comparison.hasFallen ? 'ALARM' : 'OK') : '',
    ]),
  );
}

/** `answers are wrong more often since 2026-11-24 08:12: 25 % instead of 10 % (adwin)` */
function driftText({
  detector,
  since = '',
  before = 0,
  after = 0,
}: NonNullable<QualityDocument['conceptDrift']>): string {
  return `answers are wrong more often since ${minute(since)} UTC: ${inPercent(after)} instead of ${inPercent(before)} (${detector})`;
}

function estimateText({ rows, accuracy, auc }: NonNullable<QualityDocument['estimated']>): string {
  const values = `accuracy ${short(accuracy)}${auc === undefined ? '' : `, AUC ${short(auc)}`}`;
  return `estimated from ${rows} answers alone: ${values}, if probabilities are calibrated and there is no concept drift`;
}

type Gap = NonNullable<QualityDocument['fairness']>[number]['gaps'][number];

/** `age: selectionRate differs by 0.2 (0.1 to 0.3), highest for age = old, lowest for age = young` */
function gapText(column: string, { measure, gap, interval, high, low }: Gap): string {
  return `${column}: ${measure} differs by ${short(gap)} (${short(interval[0])} to ${short(interval[1])}), highest for ${high}, lowest for ${low}`;
}

/** `42 % of 1200 requests have a label, half of them within 3 h, 95 % within 20 h` */
function completenessText({
  requests,
  share,
  sampled,
  changed,
  delay,
}: NonNullable<QualityDocument['completeness']>): string {
  const sample = sampled < 1 ? ` (a sample of 1 in ${1 / sampled})` : '';
  const late = delay
    ? `, half of them within ${asDuration(1000 * delay.medianSeconds)}, 95 % within ${asDuration(1000 * delay.p95Seconds)}`
    : '';
  const contradicted = changed > 0 ? `; labels of ${changed} contradict each other` : '';
  return `${inPercent(share)} of ${requests} requests${sample} have a label${late}${contradicted}`;
}

/** Of a report that was written before there were intervals. */
function withoutIntervals(metrics: QualityDocument['metrics']): QualityFigure[] {
  return Object.entries(metrics).map(([metric, value]) => ({ metric, value }));
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
