import type { LocalCloud } from '../../../local/local-cloud';

export interface FetchedPage {
  readonly status: number;
  readonly headers: Headers;
  /** The whole document. */
  readonly markup: string;
  /** What a reader sees of it: without tags, entities read. */
  readonly text: string;
}

/** A page of the local cloud, as a browser gets it. */
export async function fetchPage(cloud: LocalCloud, path = ''): Promise<FetchedPage> {
  const response = await fetch(`${cloud.url}/_local/${path}`, { headers: { cookie: await cookieOf(cloud) } });
  const markup = await response.text();
  const [, main = ''] = /<main>([\s\S]*)<\/main>/.exec(markup) ?? [];
  return { status: response.status, headers: response.headers, markup, text: textOf(main) };
}

/** What a browser keeps that opened a link of the local cloud. */
export async function cookieOf(cloud: LocalCloud): Promise<string> {
  const { headers } = await fetch(cloud.pageLink(), { redirect: 'manual' });
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

function textOf(markup: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&([a-z]+|#\d+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/\s+/g, ' ');
}
