import type { ReleaseReport } from '../../release/release-report';
import { usualWidth } from '../histogram-bars';
import { Markup, markup } from '../markup';
import { PAGE_STYLE } from '../page-style';
import { asClock, asMinute } from '../units';
import { histogramPair } from './charts/histogram-pair';
import { conclusionOf } from './conclusion';
import { comparison, factsOf, looksTable } from './report-tables';
import { shadowSection } from './shadow-section';
import { trafficCharts } from './traffic-charts';

/** A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere. */
export function reportPage(report: ReleaseReport): string {
  const { challenger, endpointName, outcome, missing } = report;
  const { verdict, because } = conclusionOf(report);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Release of ${endpointName} ${challenger.modelVersion}: ${outcome}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="over">Release of ${endpointName} · ${period(report)}</p>
<h1><span class="${outcome}" aria-hidden="true">${outcome === 'released' ? '✓' : '↩'}</span> ${verdict}</h1>
<p class="because">because ${because}</p>
${missing.length > 0 && markup`<p class="missing">Not in this report: ${missing.join('; ')}.</p>`}
${comparison(report)}
</header>
${shadowSection(report)}
${report.trafficSince && report.champion && trafficCharts(report)}
${answers(report)}
${looksTable(report)}
${factsOf(report)}
</main>
</body>
</html>
`.text;
}

function period({ startedAt, endedAt }: ReleaseReport): string {
  if (!startedAt) return `ended ${asMinute(endedAt)} UTC`;
  const sameDay = asMinute(startedAt).slice(0, 10) === asMinute(endedAt).slice(0, 10);
  return `${asMinute(startedAt)} to ${sameDay ? asClock(endedAt) : asMinute(endedAt)} UTC`;
}

function answers({ predictions }: ReleaseReport): Markup | undefined {
  if (!predictions || predictions.edges.length === 0) return undefined;
  const { edges, effect, interval } = predictions;
  const [low = 0, high = 1] = interval;
  return markup`<section><h2>What they answered</h2>
<p class="note">The largest difference between the two distribution functions is ${effect.toFixed(3)}, confidence interval ${low.toFixed(3)} to ${high.toFixed(3)}; 0 is none, 1 is all. Height: share of the answers for each ${Number(usualWidth(edges).toPrecision(2))} of the value; the outer bars hold all beyond. The line on the challenger's bars is the champion.</p>
<div class="chart">${histogramPair(predictions)}</div></section>`;
}
