import { AwsError } from '../aws-error';
import type { WireProtocol } from '../sdk-model';

/** What is wrong with the credentials of a request. */
export type AuthenticationFailure =
  | 'missing'
  | 'incomplete'
  | 'unsupported'
  | 'unknown-key'
  | 'wrong-token'
  | 'expired-token'
  | 'mismatch'
  | 'outside-time'
  | 'expired-url'
  | 'malformed-url';

/** A request whose signature is not good. */
export class AuthenticationError extends Error {
  constructor(
    readonly failure: AuthenticationFailure,
    /** Where AWS's text names something of the request. */
    readonly detail?: string,
    /** What S3 adds to its error. */
    readonly extra?: Readonly<Record<string, unknown>>,
  ) {
    super(detail ?? failure);
  }

  /** The error as services of a protocol answer it. */
  toAwsError(protocol: WireProtocol): AwsError {
    const [code, status, message] =
      protocol === 'rest-xml' ? S3[this.failure] : commonError(protocol, this.failure);
    const extra = protocol === 'rest-xml' ? this.extra : undefined;
    return new AwsError(code, this.detail ?? message, { status, extra });
  }
}

type ErrorText = readonly [code: string, status: number, message: string];

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const EXPIRED_TOKEN = 'The security token included in the request is expired';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/**
 * Codes of the Query services.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html for dates, which
 * are a kind of SignatureDoesNotMatch
 */
const QUERY: Readonly<Record<AuthenticationFailure, ErrorText>> = {
  missing: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  incomplete: ['IncompleteSignature', 403, 'The request signature does not conform to AWS standards.'],
  unsupported: ['IncompleteSignature', 403, 'The request signature does not conform to AWS standards.'],
  'unknown-key': ['InvalidClientTokenId', 403, INVALID_TOKEN],
  'wrong-token': ['InvalidClientTokenId', 403, INVALID_TOKEN],
  'expired-token': ['ExpiredToken', 403, EXPIRED_TOKEN],
  mismatch: ['SignatureDoesNotMatch', 403, MISMATCH],
  'outside-time': ['SignatureDoesNotMatch', 403, 'Signature expired'],
  'expired-url': ['RequestExpired', 400, 'Request has expired.'],
  'malformed-url': ['IncompleteSignature', 403, 'The request signature does not conform to AWS standards.'],
};

/**
 * What services that speak JSON call the same.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const JSON_CODES: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

function commonError(protocol: WireProtocol, failure: AuthenticationFailure): ErrorText {
  const [code, status, message] = QUERY[failure];
  if (protocol === 'query') return [code, status, message];
  return [JSON_CODES[code] ?? code, protocol === 'json' ? 400 : status, message];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3: Readonly<Record<AuthenticationFailure, ErrorText>> = {
  missing: ['AccessDenied', 403, 'Access Denied'],
  incomplete: [
    'AuthorizationHeaderMalformed',
    400,
    'The authorization header that you provided is not valid.',
  ],
  // What buckets answer to Signature Version 2 that were made since June 2020.
  unsupported: [
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ],
  'unknown-key': [
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
  ],
  'wrong-token': ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
  'expired-token': ['ExpiredToken', 400, 'The provided token has expired.'],
  mismatch: [
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  'outside-time': [
    'RequestTimeTooSkewed',
    403,
    'The difference between the request time and the current time is too large.',
  ],
  'expired-url': ['AccessDenied', 403, 'Request has expired'],
  'malformed-url': [
    'AuthorizationQueryParametersError',
    400,
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  ],
};
