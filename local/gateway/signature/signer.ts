import { createHash, createHmac } from 'node:crypto';
import { ALGORITHM, type CredentialScope, scopeText } from './signature';

/** Keys of a day's scopes: one for each secret, region and service. */
const MOST_KEYS = 1_000;
const keys = new Map<string, Buffer>();

export interface SigningContext {
  readonly secretAccessKey: string;
  readonly scope: CredentialScope;
  readonly timestamp: string;
}

/** The signature of a canonical request, in hexadecimal. */
export function sign(context: SigningContext, canonicalRequest: string): string {
  return signText(context, ALGORITHM, [sha256(canonicalRequest)]);
}

/** The signature of a string that begins with its kind, the time and the scope, as all of them do. */
export function signText(
  { secretAccessKey, scope, timestamp }: SigningContext,
  kind: string,
  rest: readonly string[],
): string {
  return createHmac('sha256', signingKey(secretAccessKey, scope))
    .update([kind, timestamp, scopeText(scope), ...rest].join('\n'))
    .digest('hex');
}

export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function signingKey(secretAccessKey: string, { day, region, service }: CredentialScope): Buffer {
  const id = [secretAccessKey, day, region, service].join('\n');
  let key = keys.get(id);
  if (!key) {
    const hmac = (secret: Buffer | string, text: string) =>
      createHmac('sha256', secret).update(text).digest();
    const parts = [day, region, service, 'aws4_request'];
    key = parts.reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`) as Buffer;
    if (keys.size >= MOST_KEYS) keys.clear();
    keys.set(id, key);
  }
  return key;
}
