import { AwsError } from '../gateway/aws-error';
import type { HttpRoute } from '../gateway/gateway';
import type { WireRequest, WireResponse } from '../gateway/protocols/http';
import { CloudReader, type ReadableCloud } from './cloud-reader';
import { html } from './html';
import { CONTENT_SECURITY_POLICY, heading, layout, type Page } from './layout';
import { address, link } from './links';
import { alarmPage } from './pages/alarm';
import { dashboardPage } from './pages/dashboard';
import { endpointPage } from './pages/endpoint';
import { executionPage } from './pages/execution';
import { logGroupPage } from './pages/log-group';
import { overviewPage } from './pages/overview';
import { stackPage } from './pages/stack';
import { topicPage } from './pages/topic';
import type { LocalCloudPlugin, PageOf } from './plugin';
import type { SignIn } from './sign-in';

const PAGES: Readonly<Record<string, PageOf>> = {
  alarms: alarmPage,
  dashboards: dashboardPage,
  endpoints: endpointPage,
  executions: executionPage,
  logs: logGroupPage,
  stacks: stackPage,
  topics: topicPage,
};

/** The local cloud's web page: what is deployed, serving and happening. */
export class WebRoute implements HttpRoute {
  readonly prefix = '/_local/';
  private readonly pages: Readonly<Record<string, PageOf>>;

  constructor(
    private readonly cloud: ReadableCloud,
    private readonly signIn: SignIn,
    private readonly plugins: readonly LocalCloudPlugin[] = [],
  ) {
    this.pages = Object.assign({}, ...plugins.map(({ pages }) => pages), PAGES);
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    if (request.path === address.signIn && request.method === 'GET') return this.openLink(request);
    if (!this.signIn.isSignedIn(request)) return this.answer(403, signInHelp());
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return this.answer(405, problem('Only to be read', `the page answers GET, not ${request.method}`), {
        allow: 'GET, HEAD',
      });
    }
    try {
      return this.answer(200, await this.page(request));
    } catch (error) {
      if (error instanceof AwsError) return this.answer(404, problem('Not found', error.message));
      const { message } = error as Error;
      return this.answer(500, problem('This page failed', message));
    }
  }

  private openLink(request: WireRequest): WireResponse {
    const location = { location: address.overview };
    const cookie = this.signIn.cookieFor(request);
    if (cookie) return this.answer(303, '', { ...location, 'set-cookie': cookie });
    // A link that is opened again where it worked before.
    return this.signIn.isSignedIn(request) ? this.answer(303, '', location) : this.answer(403, signInHelp());
  }

  private async page({ path, query }: WireRequest): Promise<Page | string> {
    const rest = path.slice(this.prefix.length);
    const reader = new CloudReader(this.cloud);
    if (rest === '') return overviewPage(reader, this.plugins);
    const [, kind = '', name = ''] = /^([a-z]+)\/([^/]+)$/.exec(rest) ?? [];
    const pageOf = Object.hasOwn(this.pages, kind) ? this.pages[kind] : undefined;
    const page = await pageOf?.(reader, decoded(name), query);
    if (page === undefined) throw new AwsError('NotFound', `the local cloud has no page ${path}`);
    return page;
  }

  private answer(status: number, page: Page | string, headers: Record<string, string> = {}): WireResponse {
    const { account, region, clock } = this.cloud;
    return {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        ...headers,
      },
      body: typeof page === 'string' ? page : layout(page, { now: clock.date(), account, region }),
    };
  }
}

/** A document without account, region and time, which are for the owner. */
function signInHelp(): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Local cloud</title></head>
<body><p>This browser has no access to the local cloud. The program that started it prints a link that gives
access, which works once.</p></body></html>
`.text;
}

function problem(title: string, message: string): Page {
  return {
    title,
    body: html`${heading(title)}<section class="card"><p style="margin-top:0">${message}</p>${link(address.overview, 'To the overview')}</section>`,
  };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new AwsError('NotFound', `${name} is not percent-encoded`);
  }
}
