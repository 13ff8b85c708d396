import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { WireRequest } from '../../gateway/protocols/http';
import type { Cloud } from '../../gateway/service';
import type { Authorization } from './authorizers';
import { identityOf } from './identity-source';
import { Refusal } from './refusal';

type Claims = Readonly<Record<string, unknown>>;

interface KeySet {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly readAt: number;
}

/** "API Gateway can cache the public key for two hours." */
const KEYS_MILLIS = 2 * 3_600_000;
const FETCH_MILLIS = 5_000;
const HASHES: Readonly<Record<string, string>> = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' };
const MILLIS = 1000;

/**
 * JWT authorizers: signature by a key of the issuer (RSA only), issuer, audience, times and scopes.
 *
 * The issuer's clock is the machine's, the cloud's may have been moved: a time is good at one of the two.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class JwtVerifier {
  private readonly keySets = new Map<string, KeySet>();

  constructor(private readonly cloud: Cloud) {}

  /** @throws Refusal 401 for a token that is missing or not valid, 403 for one without the route's scope */
  async authorize(
    authorizer: sdk.Authorizer,
    route: sdk.Route,
    request: WireRequest,
  ): Promise<Authorization> {
    const identity = identityOf(authorizer.IdentitySource?.[0] ?? '', request);
    if (!identity) throw Refusal.unauthorized('no token', { 'www-authenticate': 'Bearer' });
    const token = identity.replace(/^Bearer\s+/i, '');
    const { Issuer: issuer = '', Audience: audience = [] } = authorizer.JwtConfiguration ?? {};
    const claims = await this.verified(token, issuer, audience).catch((error: Error) => {
      throw invalid(error.message);
    });
    const scopes = scopesOf(claims);
    const wanted = route.AuthorizationScopes ?? [];
    if (wanted.length > 0 && !wanted.some((scope) => scopes.includes(scope))) {
      const cause = 'insufficient_scope';
      throw Refusal.forbidden(cause, {
        'www-authenticate': `Bearer scope="${wanted.join(' ')}" error="${cause}"`,
      });
    }
    const texts = Object.entries(claims).map(([name, value]) => [name, text(value)] as const);
    return {
      authorizer: {
        jwt: { claims: Object.fromEntries(texts), scopes: wanted.length > 0 ? scopes : null },
      },
      variables: Object.fromEntries(texts.map(([name, value]) => [`authorizer.claims.${name}`, value])),
    };
  }

  private async verified(token: string, issuer: string, audience: readonly string[]): Promise<Claims> {
    const [header = '', payload = '', signature = '', ...rest] = token.split('.');
    const { alg, kid } = decoded(header);
    const claims = decoded(payload);
    if (rest.length > 0 || signature === '') throw new Error('the token is malformed');
    const hash = Object.hasOwn(HASHES, String(alg)) ? HASHES[String(alg)] : undefined;
    if (!hash) throw new Error('the token is signed by an algorithm that is not supported');
    const key = await this.key(issuer, String(kid));
    const isSigned = verify(
      hash,
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) throw new Error('the token has an invalid signature');
    if (claims.iss !== issuer) throw new Error('the token has an invalid issuer');
    // "API Gateway validates client_id only if aud is not present."
    const given = [claims.aud ?? claims.client_id].flat();
    if (!given.some((one) => audience.includes(String(one)))) {
      throw new Error('the token has an invalid audience');
    }
    this.checkTimes(claims);
    return claims;
  }

  private checkTimes({ exp, nbf, iat }: Claims): void {
    const clocks = [Date.now(), this.cloud.clock.now()];
    if (Number.isNaN(Number(exp)) || Number(exp) * MILLIS <= Math.min(...clocks)) {
      throw new Error('the token has expired');
    }
    for (const time of [nbf, iat]) {
      if (time !== undefined && Number(time) * MILLIS > Math.max(...clocks)) {
        throw new Error('the token is not valid yet');
      }
    }
  }

  /** A key that is not known yet is looked for again, as issuers change their keys. */
  private async key(issuer: string, id: string): Promise<KeyObject> {
    const known = this.keySets.get(issuer);
    const isFresh = known && this.cloud.clock.now() - known.readAt < KEYS_MILLIS;
    const keys = isFresh && known.keys.has(id) ? known.keys : await this.readKeys(issuer);
    const key = keys.get(id);
    if (!key) throw new Error('the issuer has no key of this id');
    return key;
  }

  private async readKeys(issuer: string): Promise<ReadonlyMap<string, KeyObject>> {
    const { jwks_uri } = await document(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { keys = [] } = (await document(String(jwks_uri))) as { keys?: (JsonWebKey & { kid?: string })[] };
    const readable = keys.filter(({ kty, kid }) => kty === 'RSA' && kid !== undefined);
    const keySet = new Map(
      readable.map((key) => [key.kid as string, createPublicKey({ key, format: 'jwk' })] as const),
    );
    this.keySets.set(issuer, { keys: keySet, readAt: this.cloud.clock.now() });
    return keySet;
  }
}

function invalid(description: string): Refusal {
  return Refusal.unauthorized(description, {
    'www-authenticate': `Bearer error="invalid_token" error_description="${description.replaceAll('"', "'")}"`,
  });
}

function decoded(part: string): Claims {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Claims;
  } catch {
    // Said below.
  }
  throw new Error('the token is malformed');
}

async function document(url: string): Promise<Claims> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MILLIS) }).catch((error: Error) => {
    throw new Error(`the issuer does not answer at ${url}: ${error.message}`);
  });
  if (!answer.ok) throw new Error(`the issuer answers ${answer.status} at ${url}`);
  return (await answer.json()) as Claims;
}

function scopesOf({ scope, scp }: Claims): string[] {
  return [scope ?? scp ?? []].flat().flatMap((value) => String(value).split(' '));
}

/** Claims are text in events; lists look like `[a b]`. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
