import type { WireRequest } from '../protocols/http';

export interface CanonicalRequestOptions {
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body in hexadecimal, or what stands for it. */
  readonly payloadHash: string;
  /** S3 takes a path as it is; other services normalize it, and encode what is encoded once more. */
  readonly isS3: boolean;
}

/**
 * What is signed of a request.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalRequest(
  { method, path, queryString, headers }: Omit<WireRequest, 'body' | 'query'>,
  { signedHeaders, payloadHash, isS3 }: CanonicalRequestOptions,
): string {
  return [
    method,
    isS3 ? reencoded(path, '/') : encoded(normalized(path), '/'),
    canonicalQuery(queryString),
    ...signedHeaders.map((name) => `${name}:${trimmed(headers[name] ?? '')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** All parameters but the signature itself, sorted by their encoded names, then by their values. */
function canonicalQuery(queryString: string): string {
  return queryString
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const index = parameter.indexOf('=');
      const [name, value] =
        index < 0 ? [parameter, ''] : [parameter.slice(0, index), parameter.slice(index + 1)];
      return [reencoded(name), reencoded(value)] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Without empty and dot segments. */
function normalized(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

/** Percent-encodes all but unreserved characters, and those that are to stay. */
function encoded(text: string, stays = ''): string {
  return text.replace(/[^A-Za-z0-9\-._~]/gu, (character) =>
    stays.includes(character)
      ? character
      : [...Buffer.from(character, 'utf8')].map((byte) => encodedByte(byte)).join(''),
  );
}

/** The same for text that is percent-encoded already, perhaps otherwise than we would. */
function reencoded(text: string, stays = ''): string {
  return text.replace(/%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~]/gu, (part, hex: string | undefined) =>
    hex === undefined ? encoded(part, stays) : encodedByte(Number.parseInt(hex, 16)),
  );
}

function encodedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~]/.test(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function trimmed(value: string): string {
  return value.trim().replace(/ +/g, ' ');
}
