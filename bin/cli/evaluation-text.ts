import colors from 'picocolors';
import type { EvaluationReport, MetricRow } from '../../lambda/domain/gate/evaluation-report';
import { figure, signed } from '../../lambda/domain/gate/figures';
import { sentenceOf } from '../../lambda/domain/pages/evaluation/conclusion';
import { table } from './output';

/** An evaluation for the terminal: the verdict and why, the metrics of both, the slices. */
export function evaluationText(report: EvaluationReport): string {
  const { verdict, deciding, champion, modelVersion, metrics, slices, warning } = report;
  const mark = verdict === 'promote' ? colors.green('✓') : colors.red('✗');
  return [
    `${mark} ${colors.bold(sentenceOf(report))}\n  because ${deciding.join('; ')}`,
    warning && colors.yellow(`mind: ${warning}`),
    metrics.length > 0 &&
      table(
        ['metric', modelVersion, ...(champion ? [champion, 'lead (95 % interval)'] : [])],
        metrics.map((row) => [row.title, figure(row.challenger), ...(champion ? leadOf(row) : [])]),
      ),
    slices &&
      table(
        ['slice', 'rows', `lead in ${slices.metric}`],
        slices.rows.map(({ name, rows, lead, interval }) => [
          name,
          String(rows),
          withInterval(lead, interval),
        ]),
      ),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function leadOf({ against }: MetricRow): string[] {
  return against ? [figure(against.champion), withInterval(against.lead, against.interval)] : ['', ''];
}

function withInterval(lead: number, [low, high]: readonly [number, number]): string {
  return `${signed(lead)} (${signed(low)} to ${signed(high)})`;
}
