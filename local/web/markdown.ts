import { type Html, type HtmlValue, html } from './html';

/** Markdown as dashboards use it: headings, lists, bold, code and links to the web. */
export function markdown(text: string): Html {
  return html`${text
    .split(/\n/)
    .filter((line) => line.trim() !== '')
    .map(block)}`;
}

function block(line: string): Html {
  const [, marks, title = ''] = /^(#{1,6})\s+(.*)$/.exec(line) ?? [];
  if (marks) return marks.length === 1 ? html`<h1>${inline(title)}</h1>` : html`<h3>${inline(title)}</h3>`;
  const [, item] = /^\s*[-*]\s+(.*)$/.exec(line) ?? [];
  return item === undefined ? html`<p>${inline(line)}</p>` : html`<p>• ${inline(item)}</p>`;
}

function inline(text: string): HtmlValue {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/).map((part) => {
    const [, code] = /^`(.+)`$/.exec(part) ?? [];
    if (code !== undefined) return html`<code>${code}</code>`;
    const [, bold] = /^\*\*(.+)\*\*$/.exec(part) ?? [];
    if (bold !== undefined) return html`<strong>${bold}</strong>`;
    const [, label = '', target] = /^\[(.+)\]\((https?:.+)\)$/.exec(part) ?? [];
    return target === undefined ? part : html`<a href="${target}">${label}</a>`;
  });
}
