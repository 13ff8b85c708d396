import { Markup, markup } from '../markup';
import { PAGE_STYLE } from '../page-style';
import { firstSteps, type Runbook } from './runbook';

const STYLE = `${PAGE_STYLE}
ol { margin: 4px 0 10px; padding-left: 22px; } li { margin: 4px 0; max-width: 84ch; } h2 { scroll-margin-top: 16px; } main code { overflow-wrap: anywhere; }
`;

/** The runbook as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere. */
export function runbookPage(runbook: Runbook): string {
  const { pipelineName, names, sections } = runbook;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runbook of ${pipelineName}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>Runbook of ${pipelineName}</h1>
<p class="because">What its alarms mean, and what to do. The description of each alarm names its section.</p>
</header>
<section><h2>First steps</h2>${list(firstSteps(runbook))}</section>
<section><h2>Alarms</h2><ul>${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a> <span class="note">${id}</span></li>`)}</ul></section>
${sections.map(
  ({ id, title, meaning, check, mitigate, alarmNames }) => markup`<section><h2 id="${id}">${title}</h2>
<p class="note">${alarmNames.map((name) => markup`<code>${name}</code> `)}</p>
<p>${withCode(meaning)}</p>
<h3>How to find the cause</h3>${list(check)}
<h3>What to do</h3>${list(mitigate)}</section>`,
)}
<section><h2>Names</h2><dl>${Object.entries(names).map(([kind, name]) => markup`<dt>${kind}</dt><dd><code>${name}</code></dd>`)}</dl></section>
</main>
</body>
</html>
`.text;
}

function list(steps: readonly string[]): Markup {
  return markup`<ol>${steps.map((step) => markup`<li>${withCode(step)}</li>`)}</ol>`;
}

/** Text whose parts between backticks are code. */
function withCode(text: string): Markup {
  return markup`${text.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part))}`;
}
