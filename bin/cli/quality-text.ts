import {
  completenessInWords,
  conceptDriftInWords,
  estimateInWords,
  gapInWords,
  intervalInWords,
  short,
  valueInWords,
} from '../../lambda/domain/pages/quality/quality-words';
import type { QualityDocument } from '../../lambda/domain/quality/quality-document';
import type { QualityFigure } from '../../lambda/domain/quality/quality-figures';
import { colored, minute, table } from './output';

/** What labels say of a version in a window, in a terminal. */
export function qualityText(report: QualityDocument): string {
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
    versions = [],
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
    versionTable(versions),
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

/** Both versions of a release side by side. Nothing unless one is being released. */
function versionTable(versions: NonNullable<QualityDocument['versions']>): string {
  const [champion, challenger] = versions;
  if (!champion || !challenger) return '';
  const title = `since ${minute(champion.from)} UTC, both versions have answered requests:`;
  const rows = ['', ...sliceNames(versions)].flatMap((slice) =>
    metricNames(versions, slice).map((metric) => [
      slice || 'all',
      metric,
      ...versions.map((version) => figureText(measured(version, slice).find((one) => one.metric === metric))),
    ]),
  );
  const columns = versions.map(({ modelVersion, labels }, place) => {
    return `${modelVersion}, ${place === 0 ? 'champion' : 'challenger'} (${labels} labels)`;
  });
  return `${title}\n${table(['slice', 'metric', ...columns], rows)}`;
}

type MeasuredVersion = NonNullable<QualityDocument['versions']>[number];

function sliceNames(versions: readonly MeasuredVersion[]): string[] {
  return [...new Set(versions.flatMap(({ slices = [] }) => slices.map(({ name }) => name)))];
}

function metricNames(versions: readonly MeasuredVersion[], slice: string): string[] {
  return [...new Set(versions.flatMap((version) => measured(version, slice).map(({ metric }) => metric)))];
}

/** What is known of a slice of a version, of all rows by default. */
function measured({ figures, slices = [] }: MeasuredVersion, slice: string): readonly QualityFigure[] {
  if (slice === '') return figures;
  return slices.flatMap(({ name, metric, value, interval }) =>
    name === slice && metric !== undefined && value !== undefined
      ? [{ metric, value, ...(interval && { interval }) }]
      : [],
  );
}

function figureText(figure: QualityFigure | undefined): string {
  return figure ? valueInWords(figure.value, figure.interval) : '';
}

/** Of a report that was written before there were intervals. */
function withoutIntervals(metrics: QualityDocument['metrics']): QualityFigure[] {
  return Object.entries(metrics).map(([metric, value]) => ({ metric, value }));
}
