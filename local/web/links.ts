import { type Html, html } from './html';

/** Where the page of a thing is. */
export const address = {
  overview: '/_local/',
  signIn: '/_local/sign-in',
  stack: (name: string) => page('stacks', name),
  endpoint: (name: string) => page('endpoints', name),
  execution: (arn: string) => page('executions', arn),
  dashboard: (name: string) => page('dashboards', name),
  alarm: (name: string) => page('alarms', name),
  logGroup: (name: string) => page('logs', name),
  topic: (arn: string) => page('topics', arn),
  /** Of a page that a plug-in has. */
  page,
};

export function link(href: string, text: string): Html {
  return html`<a href="${href}">${text}</a>`;
}

function page(kind: string, name: string): string {
  return `/_local/${kind}/${encodeURIComponent(name)}`;
}
