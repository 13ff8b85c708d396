import type { WireRequest } from '../../gateway/protocols/http';

/**
 * The value that an authorizer identifies a caller by, e.g. of `$request.header.Authorization`.
 *
 * @returns undefined if the request has none
 */
export function identityOf(
  source: string,
  { headers, query }: Pick<WireRequest, 'headers' | 'query'>,
): string | undefined {
  const [, kind, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === 'header') return headers[name.toLowerCase()] || undefined;
  return (kind === 'querystring' && query.get(name)) || undefined;
}

/** Whether an identity source is one that is implemented. */
export function isIdentitySource(source: string): boolean {
  return /^\$request\.(?:header|querystring)\..+$/.test(source);
}
