import type { CurvePoint } from '../../gate/curves';
import type { EvaluationReport, MetricRow, ModelCurves } from '../../gate/evaluation-report';
import { figure, signed } from '../../gate/figures';
import { Markup, type MarkupValue, markup } from '../markup';
import { PAGE_STYLE } from '../page-style';
import { histogramPair } from '../release/charts/histogram-pair';
import { inThousands } from '../units';
import { forestPlot } from './charts/forest-plot';
import { type Role, square } from './charts/square';
import { sentenceOf } from './conclusion';

const STYLE = `${PAGE_STYLE}
h1 .promote { color: var(--good); } h1 .keep { color: var(--bad); } h1 .needs-person { color: var(--warn); }
.squares { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 12px; } .squares svg { display: block; width: 100%; height: auto; }
svg .whisker.thin { stroke-width: 2; }
.better { color: var(--good); } .worse { color: var(--bad); }
`;

const MARKS: Readonly<Record<string, string>> = { promote: '✓', keep: '✕', 'needs-person': '?' };

/** A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere. */
export function evaluationPage(report: EvaluationReport): string {
  const { pipeline, modelVersion, dataVersion, rows, verdict, deciding, warning } = report;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evaluation of ${pipeline} ${modelVersion}: ${verdict}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="over">Evaluation of ${pipeline} ${modelVersion} · ${inThousands(rows)} rows of the holdout of data ${dataVersion}</p>
<h1><span class="${verdict}" aria-hidden="true">${MARKS[verdict]}</span> ${sentenceOf(report)}</h1>
<p class="because">because ${deciding.join('; ')}</p>
${warning && markup`<p class="note">Mind: ${warning}.</p>`}
${metricsTable(report)}
</header>
${slices(report)}
${curves(report)}
${residuals(report)}
${rules(report)}
</main>
</body>
</html>
`.text;
}

function metricsTable({ metrics, champion, modelVersion }: EvaluationReport): Markup | undefined {
  if (metrics.length === 0) return undefined;
  const against =
    champion && markup`<th class="number">champion ${champion}</th><th>lead (95 % interval)</th>`;
  return markup`<div class="scroll"><table class="compare"><thead><tr><th>metric</th><th class="number">challenger ${modelVersion}</th>${against}</tr></thead>
<tbody>${metrics.map((row) => markup`<tr><td>${row.title}</td><td class="number">${figure(row.challenger)}</td>${champion && leadOf(row)}</tr>`)}</tbody></table></div>
${champion && markup`<p class="note">A lead above 0 is better, whichever way the metric points. Colour: the interval does not hold 0.</p>`}`;
}

function leadOf({ against }: MetricRow): MarkupValue {
  if (!against) return markup`<td></td><td></td>`;
  const { champion, lead, interval } = against;
  const [low, high] = interval;
  const sure = low > 0 ? 'better' : high < 0 ? 'worse' : '';
  return markup`<td class="number">${figure(champion)}</td><td class="nowrap"><span class="${sure}">${signed(lead)}</span> <small>(${signed(low)} to ${signed(high)})</small></td>`;
}

function slices({ slices: found }: EvaluationReport): Markup | undefined {
  if (!found || found.rows.length === 0) return undefined;
  const rows = found.rows.map(({ name, rows: count, lead, interval }) => ({
    name,
    note: `${signed(lead)}, ${inThousands(count)} rows`,
    lead,
    interval,
  }));
  return markup`<section><h2>Slice by slice</h2><p class="note">The challenger's lead in ${found.metric}, with 95 % intervals of each slice by itself.</p>
<div class="chart">${forestPlot(rows, `Lead in ${found.metric} by slice`)}</div></section>`;
}

function curves({ curves: found }: EvaluationReport): Markup | undefined {
  if (!found) return undefined;
  const roles = (['champion', 'challenger'] as const).filter((role) => found[role]);
  const each = (points: (curves: ModelCurves) => readonly CurvePoint[]) =>
    roles.map((role) => ({ role: role as Role, points: points(found[role] as ModelCurves) }));
  const calibrated = roles.every((role) => found[role]?.calibration);
  return markup`<section><h2>At every threshold</h2>
<p class="note">${roles.map((role) => markup`<span class="role ${role}">${role}</span> `)}</p><div class="squares">
${square({ title: 'ROC', x: 'false positive rate', y: 'true positive rate', reference: DIAGONAL, curves: each(({ roc }) => roc) })}
${square({ title: 'Precision and recall', x: 'recall', y: 'precision', curves: each(({ precisionRecall }) => precisionRecall) })}
${
  calibrated &&
  square({
    title: 'Calibration',
    x: 'predicted probability',
    y: 'share of class 1',
    reference: DIAGONAL,
    curves: roles.map((role) => {
      const bins = found[role]?.calibration ?? [];
      return {
        role,
        points: bins.map(({ predicted, observed }): CurvePoint => [predicted, observed]),
        intervals: bins.map(({ interval }) => interval),
      };
    }),
  })
}</div></section>`;
}

const DIAGONAL: readonly [CurvePoint, CurvePoint] = [
  [0, 0],
  [1, 1],
];

function residuals({ residuals: found }: EvaluationReport): Markup | undefined {
  if (!found) return undefined;
  return markup`<section><h2>Residuals</h2><p class="note">Predicted minus true values. The outer bars hold all beyond.</p>
<div class="chart">${histogramPair(found)}</div></section>`;
}

function rules({ reasons }: EvaluationReport): Markup {
  return markup`<section><h2>What the rules said</h2><div class="scroll"><table><thead><tr><th>rule</th><th></th><th>why</th></tr></thead>
<tbody>${reasons.map(({ rule, passed, message }) => markup`<tr><td class="nowrap">${rule}</td><td class="verdict ${passed ? 'promote' : 'rollback'}">${passed ? '✓ passed' : '✕ not passed'}</td><td class="why">${message}</td></tr>`)}</tbody></table></div></section>`;
}
