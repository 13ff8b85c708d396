import { STATUS_CODES } from 'node:http';

/** Statuses of requests that are at fault themselves, or that nothing can answer now. */
type FaultStatus = 400 | 404 | 405 | 415 | 502 | 503 | 504;

export interface HttpFaultOptions extends ErrorOptions {
  /** What of the request is at fault, such as `rows[0].age`. */
  readonly field?: string | undefined;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why a request gets no answer but a problem. Its message goes to the caller. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly field: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: FaultStatus,
    message: string,
    { field, headers = {}, ...options }: HttpFaultOptions = {},
  ) {
    super(message, options);
    this.field = field;
    this.headers = headers;
  }
}

/** An HTTP response as function URLs and API Gateway take it from a function. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonAnswer(content: object, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(content),
  };
}

/**
 * Problem details of RFC 9457. Of the type `about:blank`, they have the title of their status.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problemAnswer({ status, message, field, headers }: HttpFault): HttpAnswer {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: message,
      ...(field !== undefined && { field }),
    }),
  };
}
