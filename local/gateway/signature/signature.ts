import type { WireRequest } from '../protocols/http';
import { AuthenticationError } from './authentication-error';

export const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
const WEEK_SECONDS = 604_800;

/** What a key signs for. */
export interface CredentialScope {
  /** yyyymmdd */
  readonly day: string;
  readonly region: string;
  readonly service: string;
}

/** What a request says of its own signature, in its `Authorization` header or its query. */
export interface RequestSignature {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  /** yyyymmddThhmmssZ */
  readonly timestamp: string;
  readonly value: string;
  readonly sessionToken: string | undefined;
  /** Of a presigned URL: how long it is good. */
  readonly expiresSeconds?: number;
}

/** `<day>/<region>/<service>/aws4_request` */
export function scopeText({ day, region, service }: CredentialScope): string {
  return `${day}/${region}/${service}/${TERMINATOR}`;
}

/** Milliseconds since the epoch; NaN if it is not in ISO 8601's basic format. */
export function timeOf(timestamp: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/**
 * The service that a request is signed for, before anything of it is verified; undefined if it is not signed.
 */
export function signedService({
  headers,
  query,
}: Pick<WireRequest, 'headers' | 'query'>): string | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  return credential?.split('/').at(-2);
}

/**
 * Reads the signature of a request, verifying nothing but its form.
 *
 * @throws AuthenticationError
 */
export function readSignature(request: WireRequest): RequestSignature {
  if (request.headers.authorization !== undefined) return fromHeader(request, request.headers.authorization);
  if (request.query.has('X-Amz-Signature') || request.query.has('X-Amz-Credential'))
    return fromQuery(request);
  throw new AuthenticationError(request.query.has('AWSAccessKeyId') ? 'unsupported' : 'missing');
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html */
function fromHeader({ headers }: WireRequest, authorization: string): RequestSignature {
  const [algorithm, ...rest] = authorization.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) throw new AuthenticationError('unsupported');
  const given = new Map(
    rest
      .join('')
      .split(',')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !given.get(name));
  const needs = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  const timestamp = headers['x-amz-date'] ?? basicFormat(headers.date);
  if (!timestamp) {
    needs.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (needs.length > 0) {
    throw new AuthenticationError('incomplete', `${needs.join(' ')} Authorization=${algorithm}`);
  }
  return {
    ...readCredential(given.get('Credential') as string, timestamp as string, 'incomplete'),
    signedHeaders: (given.get('SignedHeaders') as string).split(';'),
    timestamp: timestamp as string,
    value: given.get('Signature') as string,
    sessionToken: headers['x-amz-security-token'],
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function fromQuery({ query }: WireRequest): RequestSignature {
  const names = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'];
  if (names.some((name) => !query.get(`X-Amz-${name}`))) throw new AuthenticationError('malformed-url');
  const value = (name: string) => query.get(`X-Amz-${name}`) as string;
  if (value('Algorithm') !== ALGORITHM) throw new AuthenticationError('unsupported');
  const expiresSeconds = Number(value('Expires'));
  if (!/^-?\d+$/.test(value('Expires'))) {
    throw new AuthenticationError('malformed-url', 'X-Amz-Expires should be a number');
  }
  if (expiresSeconds < 0) {
    throw new AuthenticationError('malformed-url', 'X-Amz-Expires must be non-negative');
  }
  if (expiresSeconds > WEEK_SECONDS) {
    throw new AuthenticationError(
      'malformed-url',
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`,
    );
  }
  return {
    ...readCredential(value('Credential'), value('Date'), 'malformed-url'),
    signedHeaders: value('SignedHeaders').split(';'),
    timestamp: value('Date'),
    value: value('Signature'),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds,
  };
}

function readCredential(
  credential: string,
  timestamp: string,
  failure: 'incomplete' | 'malformed-url',
): Pick<RequestSignature, 'accessKeyId' | 'scope'> {
  const parts = credential.split('/');
  const [accessKeyId = '', day = '', region = '', service = '', terminator] = parts;
  if (parts.length !== 5) {
    throw new AuthenticationError(
      failure,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  if (Number.isNaN(timeOf(timestamp))) {
    throw new AuthenticationError(failure, `Date must be in ISO-8601 'basic format'. Got '${timestamp}'.`);
  }
  if (terminator !== TERMINATOR) {
    throw new AuthenticationError(
      'mismatch',
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${terminator}'.`,
    );
  }
  if (!timestamp.startsWith(`${day}T`)) {
    throw new AuthenticationError(
      'mismatch',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  }
  return { accessKeyId, scope: { day, region, service } };
}

/** A `Date` header as `X-Amz-Date` would have it. */
function basicFormat(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
