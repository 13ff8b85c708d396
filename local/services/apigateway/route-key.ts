import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../gateway/aws-error';

export const DEFAULT_ROUTE = '$default';

/** The route of a request, with the values of its path's variables. */
export interface MatchedRoute {
  readonly route: sdk.Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface RouteKey {
  readonly method: string;
  readonly segments: readonly string[];
}

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** @throws AwsError BadRequestException */
export function checkRouteKey(key: string): void {
  if (key === DEFAULT_ROUTE) return;
  const [, method = '', path = ''] = /^(\S+) (\/\S*)$/.exec(key) ?? [];
  const isValid =
    METHODS.includes(method) &&
    path
      .split('/')
      .every(
        (segment, index, { length }) =>
          /^[^{}]*$/.test(segment) ||
          /^\{[\w.:-]+\}$/.test(segment) ||
          (/^\{[\w.:-]+\+\}$/.test(segment) && index === length - 1),
      );
  if (isValid) return;
  throw new AwsError(
    'BadRequestException',
    'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
  );
}

/**
 * The route with the most specific match: a literal segment goes before a variable, a variable before a
 * greedy one, a method before `ANY`, and `$default` comes last.
 *
 * @param path percent-encoded
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(
  routes: Iterable<sdk.Route>,
  method: string,
  path: string,
): MatchedRoute | undefined {
  let best: (MatchedRoute & { readonly rank: string }) | undefined;
  for (const route of routes) {
    const match = matchOf(route, method, path);
    if (match && (best === undefined || match.rank > best.rank)) best = match;
  }
  return best;
}

function matchOf(route: sdk.Route, method: string, path: string) {
  const text = route.RouteKey as string;
  if (text === DEFAULT_ROUTE) return { route, pathParameters: {}, rank: '' };
  const key = parse(text);
  if (key.method !== 'ANY' && key.method !== method) return undefined;
  const given = segmentsOf(path);
  const pathParameters: Record<string, string> = {};
  let rank = '';
  for (const [index, segment] of key.segments.entries()) {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
    const value = greedy ? given.slice(index).join('/') : given[index];
    if (value === undefined || (name !== undefined && value === '')) return undefined;
    if (name === undefined && value !== segment) return undefined;
    if (name !== undefined) pathParameters[name] = decode(value);
    rank += name === undefined ? '3' : greedy ? '1' : '2';
    if (greedy) return { route, pathParameters, rank: `${rank}${key.method === 'ANY' ? '0' : '1'}` };
  }
  if (given.length !== key.segments.length) return undefined;
  return { route, pathParameters, rank: `${rank}${key.method === 'ANY' ? '4' : '5'}` };
}

function parse(key: string): RouteKey {
  const [method = '', path = ''] = key.split(' ');
  return { method, segments: segmentsOf(path) };
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
