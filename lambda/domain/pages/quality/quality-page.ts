import type { CalibrationBin, CurvePoint } from '../../gate/curves';
import { fallenParts } from '../../quality/judge-quality';
import type { QualityDocument } from '../../quality/quality-document';
import { printable } from '../drift/drift-words';
import { square } from '../evaluation/charts/square';
import { Markup, markup } from '../markup';
import { PAGE_STYLE } from '../page-style';
import { asDuration, asMinute, inPercent, inThousands } from '../units';
import { type IntervalRow, intervalPlot } from './interval-plot';
import {
  conceptDriftInWords,
  estimateInWords,
  gapInWords,
  intervalInWords,
  short,
  titleOf,
  valueInWords,
} from './quality-words';

/** A page draws so many slices, those that have fallen first; its table has all. */
const MOST_DRAWN = 40;

const STYLE = `${PAGE_STYLE}
h1 .fallen { color: var(--bad); } h1 .held { color: var(--good); } h1 .unknown { color: var(--warn); }
svg .held { color: var(--champion); } svg .fallen { color: var(--bad); } svg .expected { stroke: var(--ink); stroke-width: 2; }
.square { max-width: 340px; } .square svg { display: block; width: 100%; height: auto; } svg .whisker.thin { stroke-width: 1.5; opacity: .6; }
`;

const MARKS = { fallen: '!', held: '✓', unknown: '?' };

/**
 * The page of a `quality.json`, one of HTML that needs nothing else.
 *
 * @param calibration of the answers, if they are probabilities of two classes
 */
export function qualityPage(
  pipelineName: string,
  document: QualityDocument,
  calibration?: readonly CalibrationBin[],
): string {
  const { from, until, modelVersion, labels, conceptDrift, comparison } = document;
  const status = fallenParts(document).length > 0 ? 'fallen' : comparison ? 'held' : 'unknown';
  const drift = conceptDrift && conceptDriftInWords(conceptDrift);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quality of ${pipelineName}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="over">Quality of ${pipelineName}, version ${modelVersion} · ${inThousands(labels)} labels of answers from ${asMinute(from)} to ${asMinute(until)} UTC</p>
<h1><span class="${status}" aria-hidden="true">${MARKS[status]}</span> ${sentenceOf(document)}</h1>
${becauseOf(document)}
${notesOf(document, drift).map((note) => markup`<p class="missing">${printable(note)}</p>`)}
</header>
${metricsOf(document)}
${slicesOf(document)}
${calibration && calibrationOf(calibration)}
${gapsOf(document)}
${labelsOf(document)}
</main>
</body>
</html>
`.text;
}

function sentenceOf(document: QualityDocument): string {
  const [first, ...others] = fallenParts(document);
  const { comparison } = document;
  if (!first && !comparison) return 'There is no verdict yet';
  if (!first) return `${capital(titleOf((comparison as Comparison).metric))} holds what the holdout promised`;
  const place = first.name === undefined ? '' : ` for ${printable(first.name)}`;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `${capital(titleOf(first.metric))}${place} is worse than on the holdout: ${short(first.production)} instead of ${short(first.holdout)}${more}`;
}

type Comparison = NonNullable<QualityDocument['comparison']>;

function becauseOf(document: QualityDocument): Markup | undefined {
  const [first] = fallenParts(document);
  if (first?.since !== undefined) return markup`<p class="because">since ${asMinute(first.since)} UTC</p>`;
  if (first || document.comparison) return undefined;
  return markup`<p class="because">because there are too few labels, or no evaluation to compare with</p>`;
}

function notesOf(
  { firstProblem, unknownColumns = [] }: QualityDocument,
  drift: string | undefined,
): string[] {
  return [
    ...(drift === undefined ? [] : [`${capital(drift)}.`]),
    ...(firstProblem === undefined ? [] : [`The first label that cannot be used: ${firstProblem}`]),
    ...(unknownColumns.length > 0
      ? [`Not sliced by ${unknownColumns.join(', ')}: requests do not have these columns.`]
      : []),
  ];
}

function metricsOf({ figures = [], comparison, versions }: QualityDocument): Markup | undefined {
  if (figures.length === 0) return undefined;
  const beside = versions ?? [];
  return markup`<section><h2>Metrics</h2>
<div class="scroll"><table><thead><tr><th>metric</th><th class="number">value</th><th class="number">95 % interval</th><th class="number">holdout</th><th></th>${beside.map(({ modelVersion, variant }) => markup`<th class="number">${modelVersion} (${variant})</th>`)}</tr></thead>
<tbody>${figures.map(
    ({
      metric,
      value,
      interval,
    }) => markup`<tr><td>${titleOf(metric)}</td><td class="number">${short(value)}</td><td class="number">${interval && intervalInWords(interval)}</td>
${comparison?.metric === metric ? markup`<td class="number">${short(comparison.holdout)}</td>${verdictOf(comparison)}` : markup`<td></td><td></td>`}
${beside.map((version) => {
  const figure = version.figures.find((one) => one.metric === metric);
  return markup`<td class="number">${figure && valueInWords(figure.value, figure.interval)}</td>`;
})}</tr>`,
  )}</tbody></table></div>
${beside[0] && markup`<p class="note">During the release, both versions since ${asMinute(beside[0].from)} UTC: ${beside.map(({ modelVersion, labels }) => `${modelVersion} with ${inThousands(labels)} labels`).join(', ')}.</p>`}</section>`;
}

function verdictOf(comparison: Comparison | undefined): Markup {
  if (!comparison) return markup`<td class="verdict inconclusive">? no verdict</td>`;
  return comparison.hasFallen
    ? markup`<td class="verdict rollback">! worse</td>`
    : markup`<td class="verdict promote">✓ holds</td>`;
}

function slicesOf({ slices = [], comparison, figures = [], labels }: QualityDocument): Markup | undefined {
  const measured = slices.filter(({ value }) => value !== undefined);
  const metric = comparison?.metric ?? measured[0]?.metric ?? measured[0]?.comparison?.metric;
  if (measured.length === 0 || metric === undefined) return undefined;
  const whole = figures.find((figure) => figure.metric === metric);
  const byVerdict = [...measured].sort((a, b) => Number(hasFallen(b)) - Number(hasFallen(a)));
  const rows: IntervalRow[] = [
    ...(whole ? [{ name: 'all', labels, ...whole, comparison }] : []),
    ...byVerdict.slice(0, MOST_DRAWN),
  ].map((one) => ({
    name: shortened(printable(one.name)),
    note: `${valueInWords(one.value as number, one.interval)}${hasFallen(one) ? ', worse' : ''}`,
    value: one.value as number,
    interval: one.interval,
    expected: one.comparison?.holdout,
    hasFallen: hasFallen(one),
  }));
  return markup`<section><h2>${capital(titleOf(metric))} by slice</h2>
<div class="chart">${intervalPlot(rows, `${titleOf(metric)} of all rows and by slice`)}</div>
<p class="note">Points and bars: production, with the 95 % interval. Upright marks: the holdout.</p>
<div class="scroll"><table><thead><tr><th>slice</th><th class="number">labels</th><th class="number">value</th><th class="number">95 % interval</th><th class="number">holdout</th><th></th></tr></thead>
<tbody>${byVerdict.map(
    ({
      name,
      labels: count,
      value,
      interval,
      comparison: compared,
    }) => markup`<tr><td>${printable(name)}</td><td class="number">${inThousands(count)}</td><td class="number">${short(value as number)}</td>
<td class="number">${interval && intervalInWords(interval)}</td><td class="number">${compared && short(compared.holdout)}</td>${verdictOf(compared)}</tr>`,
  )}</tbody></table></div></section>`;
}

function hasFallen({ comparison }: { readonly comparison?: Comparison | undefined }): boolean {
  return comparison?.hasFallen ?? false;
}

function calibrationOf(bins: readonly CalibrationBin[]): Markup {
  return markup`<section><h2>Calibration</h2>
<p class="note">Of answers with like probabilities, the share that turned out to be class 1, with its 95 % interval: ${bins.length} groups of as many rows. On the diagonal, probabilities are what they say.</p>
<div class="square">${square({
    title: 'Calibration',
    x: 'predicted probability',
    y: 'share of class 1',
    reference: [
      [0, 0],
      [1, 1],
    ],
    curves: [
      {
        role: 'challenger',
        points: bins.map(({ predicted, observed }): CurvePoint => [predicted, observed]),
        intervals: bins.map(({ interval }) => interval),
      },
    ],
  })}</div></section>`;
}

function gapsOf({ fairness = [] }: QualityDocument): Markup | undefined {
  const gaps = fairness.flatMap(({ gaps: some }) => some);
  if (gaps.length === 0) return undefined;
  return markup`<section><h2>Gaps between groups</h2>
<ul>${gaps.map((gap) => markup`<li>${capital(printable(gapInWords(gap)))}</li>`)}</ul></section>`;
}

function labelsOf({
  completeness,
  unusable,
  unanswered,
  effectiveLabels,
  estimated,
}: QualityDocument): Markup {
  const { requests, share, labelled, changed, delay, sampled } = completeness ?? {};
  const entries = Object.entries({
    'requests with a label':
      share !== undefined &&
      `${inThousands(labelled ?? 0)} of ${inThousands(requests ?? 0)}, ${inPercent(share)}`,
    sample: sampled !== undefined && sampled < 1 && `1 in ${1 / sampled} requests, chosen by their IDs`,
    'half of them within': delay && asDuration(1000 * delay.medianSeconds),
    '95 % of them within': delay && asDuration(1000 * delay.p95Seconds),
    'labels that contradict each other': changed !== undefined && `of ${inThousands(changed)} requests`,
    'labels that cannot be used': inThousands(unusable),
    'labels of requests that were not recorded': inThousands(unanswered),
    'labels of equal weight that would say as much':
      effectiveLabels !== undefined && inThousands(effectiveLabels),
    'without labels': estimated && estimateInWords(estimated),
  });
  return markup`<section><h2>Labels</h2>
<dl>${entries.map(([name, value]) => value && markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

const LONGEST_NAME = 34;

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
