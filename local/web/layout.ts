import { createHash } from 'node:crypto';
import { time } from './format';
import { Html, type HtmlValue, html } from './html';
import { address } from './links';
import { REFRESH_SCRIPT } from './refresh-script';
import { STYLE } from './style';

/** One page: what stands in `<main>`, and its name. */
export interface Page {
  readonly title: string;
  readonly body: Html;
}

interface LayoutContext {
  readonly now: Date;
  readonly account: string;
  readonly region: string;
}

/** Only this page's own script runs, whatever a name or a log line says. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(REFRESH_SCRIPT).digest('base64')}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A complete document. */
export function layout(page: Page, { now, account, region }: LayoutContext): string {
  const isOverview = page.title === '';
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${isOverview ? 'Local cloud' : `${page.title} – local cloud`}</title>
<link rel="icon" href="${ICON}">
<style>${new Html(STYLE)}</style>
</head>
<body>
<header class="top"><a class="home" href="${address.overview}">Local cloud</a>
<nav>${isOverview ? `${account} · ${region}` : page.title}</nav>
<span class="lost" hidden>the local cloud does not answer</span>
<span class="clock" title="the local cloud's clock">${time(now)} UTC</span></header>
<main>${page.body}</main>
<script>${new Html(REFRESH_SCRIPT)}</script>
</body>
</html>
`;
  return document.text;
}

/** A titled box. */
export function card(title: HtmlValue, body: HtmlValue, note?: HtmlValue): Html {
  return html`<section class="card"><h2>${title}${note && html` <small>${note}</small>`}</h2>${body}</section>`;
}

/** Head of a detail page: its name, and what stands beside it. */
export function heading(title: string, ...beside: readonly HtmlValue[]): Html {
  return html`<div class="title"><h1>${title}</h1>${beside.map((one) => html` ${one}`)}</div>`;
}

/** A table, or what to say where there are no rows. */
export function table(
  headers: readonly HtmlValue[],
  rows: readonly (readonly HtmlValue[])[],
  empty: string,
): Html {
  if (rows.length === 0) return html`<p class="faint" style="margin:0">${empty}</p>`;
  return html`<div class="scroll"><table><thead><tr>${headers.map((header) => html`<th>${header}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** A list of names with values. */
export function facts(entries: readonly (readonly [string, HtmlValue])[]): Html {
  return html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Long text behind a click, open again after a refresh. */
export function unfold(key: string, summary: HtmlValue, body: HtmlValue): Html {
  return html`<details data-key="${key}"><summary>${summary}</summary>${body}</details>`;
}

/** JSON as people read it; other text as it is. */
export function jsonBlock(text: string): Html {
  return html`<pre>${pretty(text)}</pre>`;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const ICON =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Crect width="16" height="16" rx="4" fill="%232257c4"/%3E%3Cpath d="M3 11l3-4 3 2 4-5" fill="none" stroke="white" stroke-width="2"/%3E%3C/svg%3E';
