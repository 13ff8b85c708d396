import type { Command } from 'commander';
import {
  completenessInWords,
  conceptDriftInWords,
  estimateInWords,
  gapInWords,
  intervalInWords,
  short,
} from '../../lambda/domain/pages/quality/quality-words';
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
    completeness ? completenessInWords(completeness) : '',
    firstProblem === undefined ? '' : `first problem: ${firstProblem}`,
    figureTable(figures ?? withoutIntervals(metrics)),
    comparison
      ? `${comparison.metric}: ${comparison.production.toPrecision(4)} in production, ${comparison.holdout.toPrecision(4)} on the holdout: ${colored(comparison.hasFallen ? 'ALARM' : 'OK')}`
      : 'no verdict: there are too few labels, or no evaluation to compare with',
    slices.length > 0 ? sliceTable(slices) : '',
    unknownColumns.length > 0 ? `requests have no column ${unknownColumns.join(', ')}` : '',
    conceptDrift && conceptDriftInWords(conceptDrift),
    estimated && estimateInWords(estimated),
    ...fairness.flatMap(({ column, gaps }) => gaps.map((gap) => `${column}: ${gapInWords(gap)}`)),
  ]
    .filter(Boolean)
    .join('\n');
}

/** Nothing without labels. */
function figureTable(figures: readonly QualityFigure[]): string {
  if (figures.length === 0) return '';
  return table(
    ['metric', 'in production', '95 % interval'],
    figures.map(({ metric, value, interval }) => [
      metric,
      short(value),
      interval ? intervalInWords(interval) : '',
    ]),
  );
}

function sliceTable(slices: NonNullable<QualityDocument['slices']>): string {
  return table(
    ['slice', 'labels', 'in production', '95 % interval', 'on the holdout', ''],
    slices.map(({ name, labels, value, interval, comparison }) => [
      name,
      String(labels),
      value === undefined ? '' : short(value),
      interval ? intervalInWords(interval) : '',
      comparison ? short(comparison.holdout) : '',
      comparison ? colored(comparison.hasFallen ? 'ALARM' : 'OK') : '',
    ]),
  );
}

/** Of a report that was written before there were intervals. */
function withoutIntervals(metrics: QualityDocument['metrics']): QualityFigure[] {
  return Object.entries(metrics).map(([metric, value]) => ({ metric, value }));
}
