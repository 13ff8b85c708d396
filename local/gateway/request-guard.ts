import type { WireResponse } from './protocols/http';

/** Names of this machine on its loopback interface; below `localhost` there is one for each bucket. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)(?::(\d+))?$/i;
const DEFAULT_PORT = 80;

/** What a browser says of who makes a request, if it is a page that the user opened, or one of our own. */
const OWN_FETCH_SITES = ['none', 'same-origin'];

type Headers = Readonly<Record<string, string>>;

/**
 * Why a request must be refused before anything else reads it; undefined if it need not be.
 *
 * A browser lets every web page send requests to this machine. It says so in `Origin` and `Sec-Fetch-Site`,
 * which pages can't change (https://developer.mozilla.org/docs/Glossary/Forbidden_request_header). A page
 * whose own name resolves to 127.0.0.1 (DNS rebinding) is of the same origin for the browser, but its
 * requests carry its name in `Host`.
 */
export function refusalOf({
  method,
  headers,
  port,
  acceptsPages = false,
}: {
  readonly method: string;
  readonly headers: Headers;
  readonly port: number;
  /** Whether what the request is for lets pages of its origin send it. */
  readonly acceptsPages?: boolean;
}): string | undefined {
  const host = headers.host ?? '';
  const match = LOOPBACK_HOST.exec(host);
  if (!match || Number(match[1] ?? DEFAULT_PORT) !== port) {
    return `the host '${host}' is not this machine's; the local cloud answers at 127.0.0.1:${port} and localhost:${port}`;
  }
  if (acceptsPages) return undefined;
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return `a web page of the origin '${origin}' sent it; the local cloud answers no other pages than its own`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !OWN_FETCH_SITES.includes(site)) {
    return `a web page sent it (Sec-Fetch-Site: ${site}); the local cloud answers no other pages than its own. Type its address, or open it from a terminal`;
  }
  if (site === 'none' && method !== 'GET' && method !== 'HEAD') {
    return `a browser sent it (Sec-Fetch-Site: none); addresses that are typed are read with GET, not ${method}`;
  }
  return undefined;
}

/**
 * An answer of AWS's protocols as a browser may show it: what it holds, such as HTML from a bucket, is of no
 * origin, and can't read the pages of the local cloud.
 */
export function withoutOrigin(response: WireResponse): WireResponse {
  return {
    ...response,
    headers: { ...response.headers, 'content-security-policy': 'sandbox allow-scripts' },
  };
}
