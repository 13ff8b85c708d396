import { HttpFault } from './http-fault';

/** An HTTP request as function URLs and API Gateway send it to a function. */
export interface HttpRequest {
  /** Undefined where nothing but a body came. */
  readonly method: string | undefined;
  /** Percent-encoded. */
  readonly path: string;
  /** Format 1.0 leaves the case of names as it came. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
}

/**
 * The HTTP request that an event is, in payload format 2.0 or 1.0; undefined for anything else.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpRequestIn(event: unknown): HttpRequest | undefined {
  if (!isObject(event)) return undefined;
  const { requestContext, body } = event;
  const http = isObject(requestContext) && isObject(requestContext.http) ? requestContext.http : undefined;
  const method = http?.method ?? event.httpMethod;
  if (typeof method !== 'string' && typeof body !== 'string') return undefined;
  return {
    method: typeof method === 'string' ? method : undefined,
    path: String(event.rawPath ?? event.path ?? '/'),
    headers: isObject(event.headers) ? event.headers : {},
    body: typeof body === 'string' ? body : undefined,
    isBase64Encoded: event.isBase64Encoded === true,
  };
}

/**
 * The JSON text of a POST request.
 *
 * @throws HttpFault 405, 415 or 400 if the request is of another kind
 */
export function jsonBodyOf({ method, headers, body, isBase64Encoded }: HttpRequest): string {
  if (method !== undefined && method !== 'POST') {
    throw new HttpFault(405, `send rows with POST, not ${method}`, { headers: { allow: 'POST' } });
  }
  const type = headerOf(headers, 'content-type');
  if (type !== undefined && !JSON_TYPE.test(type)) {
    const accepted = { headers: { 'accept-post': 'application/json' } };
    throw new HttpFault(415, `the content type is '${type}'; send application/json`, accepted);
  }
  if (body === undefined || body === '') throw new HttpFault(400, 'the request has no body');
  if (!isBase64Encoded) return body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw new HttpFault(400, 'the body is not UTF-8');
  }
}

const JSON_TYPE = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** The value of a header; most events have names in lower case. */
function headerOf(headers: HttpRequest['headers'], name: string): string | undefined {
  const key = name in headers ? name : Object.keys(headers).find((other) => other.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return value === undefined ? undefined : String(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
