import type { WireRequest } from '../gateway/protocols/http';
import { derivedSecret, isSame, newSecret } from '../gateway/secrets';
import { address } from './links';

/** Links that were printed and not opened yet; older ones no longer work. */
const MOST_LINKS = 20;

/**
 * Who may read the pages: the browser that opened a link which the CLI printed. A link works once, and leaves
 * a cookie that pages of other sites can't send along (SameSite=Strict) and scripts can't read (HttpOnly).
 */
export class SignIn {
  private readonly codes = new Set<string>();
  private readonly secret: string;

  /** @param token the access token, from which the cookie follows: it stays good over a restart */
  constructor(token: string) {
    this.secret = derivedSecret(token, 'web page');
  }

  /** Path and query of a new link. */
  newLink(): string {
    const code = newSecret();
    this.codes.add(code);
    const [oldest] = this.codes;
    if (oldest && this.codes.size > MOST_LINKS) this.codes.delete(oldest);
    return `${address.signIn}?code=${code}`;
  }

  /** The cookie for whoever opens a link; undefined if the link is not good, or no longer. */
  cookieFor(request: WireRequest): string | undefined {
    if (!this.codes.delete(request.query.get('code') ?? '')) return undefined;
    return `${cookieName(request)}=${this.secret}; Path=${address.overview}; HttpOnly; SameSite=Strict`;
  }

  isSignedIn(request: WireRequest): boolean {
    const name = cookieName(request);
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some(
      (cookie) => cookie.startsWith(`${name}=`) && isSame(cookie.slice(name.length + 1), this.secret),
    );
  }
}

/** Browsers do not tell ports of one host apart, but two local clouds may run. */
function cookieName({ headers }: WireRequest): string {
  return `local-cloud-${/:(\d+)$/.exec(headers.host ?? '')?.[1] ?? '80'}`;
}
