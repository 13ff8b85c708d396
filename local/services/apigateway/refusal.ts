import type { WireResponse } from '../../gateway/protocols/http';

/** A request that API Gateway itself answers, in the words of HTTP APIs. */
export class Refusal extends Error {
  private constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** For the access log: `$context.authorizer.error` or `$context.integration.error`. */
    override readonly cause?: string,
  ) {
    super(message);
  }

  static notFound(): Refusal {
    return new Refusal(404, 'Not Found');
  }

  static tooLarge(): Refusal {
    return new Refusal(413, 'Request Entity Too Large');
  }

  static throttled(): Refusal {
    return new Refusal(429, 'Too Many Requests');
  }

  static forbidden(cause?: string, headers?: Readonly<Record<string, string>>): Refusal {
    return new Refusal(403, 'Forbidden', headers, cause);
  }

  static unauthorized(cause?: string, headers?: Readonly<Record<string, string>>): Refusal {
    return new Refusal(401, 'Unauthorized', headers, cause);
  }

  static failed(cause: string): Refusal {
    return new Refusal(500, 'Internal Server Error', {}, cause);
  }

  /** As an answer of an HTTP API shows that https://github.com/cortexlabs/cortex/issues/1225 recorded. */
  static timedOut(): Refusal {
    return new Refusal(503, 'Service Unavailable', {}, 'the integration timed out');
  }

  get response(): WireResponse {
    const { status, message } = this;
    return {
      status,
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify({ message }),
    };
  }
}
