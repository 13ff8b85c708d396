import type { WireResponse } from '../../gateway/protocols/http';
import { isObject } from '../json';

/** What a function answers a proxied request with, if it says more than a body. */
interface ProxyAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * The HTTP response of a function's answer in payload format 2.0: an answer without `statusCode` is the JSON
 * body of status 200.
 *
 * @returns undefined for an answer that is not a response: API Gateway and function URLs have their own then
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function proxyResponse(answer: unknown): WireResponse | undefined {
  if (!isObject(answer) || answer.statusCode === undefined) {
    if (answer === undefined || answer === null) return undefined;
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  if (!isProxyAnswer(answer)) return undefined;
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
    },
    ...(cookies.length > 0 && { cookies }),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function isProxyAnswer(answer: Record<string, unknown>): answer is Record<string, unknown> & ProxyAnswer {
  const { statusCode, headers = {}, cookies = [], body = '' } = answer;
  return (
    Number.isInteger(statusCode) &&
    Number(statusCode) >= 100 &&
    Number(statusCode) <= 599 &&
    isObject(headers) &&
    Array.isArray(cookies) &&
    typeof body === 'string'
  );
}
