import type { Command } from 'commander';
import type { QualityFigure } from '../../lambda/domain/quality/quality-figures';
import type { QualityReport } from '../../lambda/monitor-quality/monitor-quality';
import { contextOf } from '../cli/command-context';
import { latestReport } from '../cli/latest-report';
import { colored, minute, table } from '../cli/output';

export function addQualityCommand(program: Command): void {
  program
    .command('quality')
    .description('show the quality of the version in production, according to the labels that have arrived')
    .action(async (_options: object, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const { document: report } = await latestReport<QualityReport>(await find(), 'quality.json');
      output.result(report, () => qualityText(report));
    });
}

function qualityText(report: QualityReport): string {
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
  } = report;
  return [
    `version ${modelVersion}, ${minute(from)} to ${minute(until)} UTC: ${labels} labeled answers, ${unusable} labels that cannot be used, ${unanswered} labels without an answer`,
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
  ]
    .filter(Boolean)
    .join('\n');
}

/** Of a report that was written before there were intervals. */
function withoutIntervals(metrics: QualityReport['metrics']): QualityFigure[] {
  return Object.entries(metrics).map(([metric, value]) => ({ metric, value }));
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
