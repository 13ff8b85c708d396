import type { WireRequest } from '../../gateway/protocols/http';

/** What a request's event says besides the request itself. */
export interface ProxyContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  /** Percent-encoded, as the API sees it. */
  readonly path: string;
  readonly time: Date;
  /** What the authorizer found, e.g. `{ jwt: { claims, scopes } }`. */
  readonly authorizer?: object | undefined;
  readonly pathParameters?: Readonly<Record<string, string>> | undefined;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
}

/** The event of a request that a function gets. */
export type ProxyEvent = Readonly<Record<string, unknown>>;

const SOURCE_IP = '127.0.0.1';
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * Bodies of these types are text in an event; others are encoded as base64. AWS says no more than that it
 * infers the need from the content type, so functions must read both forms of any type.
 *
 * @see https://aws.amazon.com/blogs/compute/handling-binary-data-using-amazon-api-gateway-http-apis/
 */
const TEXT_TYPE = /^\s*(?:text\/|application\/(?:json|javascript|xml|[\w.+-]+\+(?:json|xml))\s*(?:;|$))/i;

/**
 * Payload format 2.0 of API Gateway and of function URLs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function proxyEvent(request: WireRequest, context: ProxyContext): ProxyEvent {
  const { method, query, queryString, body } = request;
  const { cookie, ...headers } = request.headers;
  const isText = TEXT_TYPE.test(headers['content-type'] ?? '');
  const { authorizer, pathParameters = {}, stageVariables = {} } = context;
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: context.path,
    rawQueryString: queryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...headers,
      'x-forwarded-for': SOURCE_IP,
      'x-forwarded-port': headers.host?.split(':')[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(queryString !== '' && { queryStringParameters: joined(query) }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      ...(authorizer && { authorizer }),
      domainName: context.domainName,
      domainPrefix: context.domainName.split('.')[0],
      http: {
        method,
        path: context.path,
        protocol: 'HTTP/1.1',
        sourceIp: SOURCE_IP,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: requestTime(context.time),
      timeEpoch: Math.floor(context.time.getTime()),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stageVariables).length > 0 && { stageVariables }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** `12/Mar/2026:19:03:58 +0000`, as in events and access logs. */
export function requestTime(time: Date): string {
  const [, year, month, day, clock] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(time.toISOString()) ?? [];
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
}

/** Values of a repeated parameter are joined by commas. */
function joined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}
