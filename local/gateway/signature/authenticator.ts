import { decodeAwsChunked } from '../aws-chunked';
import { AwsError, NotImplementedError } from '../aws-error';
import type { Principal } from '../principal';
import type { WireRequest } from '../protocols/http';
import { isSame } from '../secrets';
import { AuthenticationError } from './authentication-error';
import { canonicalRequest } from './canonical-request';
import { type RequestSignature, readSignature, timeOf } from './signature';
import { sha256, sign } from './signer';

/** A key that the local cloud gave out, and who acts with it. */
export interface AccessKey {
  readonly secretAccessKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string;
  /** In real milliseconds since the epoch. */
  readonly expires?: number;
  readonly principal: Principal;
}

export interface AuthenticatorOptions {
  readonly region: string;
  /** Undefined for a key that nobody was given. */
  accessKey(accessKeyId: string): AccessKey | undefined;
  /** The machine's time, in milliseconds since the epoch. */
  realTime(): number;
  /** The local cloud's. */
  cloudTime(): number;
}

export interface AuthenticatedRequest {
  readonly principal: Principal;
  /** The request with its body as it was before it was cut into signed chunks. */
  readonly request: WireRequest;
}

/** Their endpoint for all regions signs with the first one's name. */
const GLOBAL_SERVICES = ['iam', 'sts'];
const GLOBAL_REGION = 'us-east-1';
const MINUTE = 60_000;
/**
 * How far a date may be from the time.
 *
 * S3's error `RequestTimeTooSkewed` names `MaxAllowedSkewMilliseconds` as 900000. Of the others IAM's guide
 * says that "in most cases, a request must reach AWS within five minutes", and CloudFormation's error in
 * https://github.com/boto/botocore/issues/149 "- 5 min.". (IAM and STS say "- 15 min." in theirs: here they
 * are stricter than on AWS.)
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-signing.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const SKEW_MINUTES = { s3: 15, others: 5 };
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const SIGNED_CHUNKS = ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'];
const UNSIGNED_CHUNKS = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * Verifies Signature Version 4 as AWS does, in the `Authorization` header and in presigned URLs.
 *
 * Two clocks are right here: clients sign with the machine's, functions with the local cloud's, which may
 * have been moved on since. A date is good between the two, and as far around them as AWS lets clocks differ;
 * a presigned URL is good while one of the two clocks is within its time.
 */
export class Authenticator {
  constructor(private readonly options: AuthenticatorOptions) {}

  /**
   * @throws AuthenticationError, or AwsError for a body that is not what was signed
   */
  authenticate(request: WireRequest, isS3: boolean): AuthenticatedRequest {
    const signature = readSignature(request);
    if (isS3) checkS3Headers(request, signature);
    if (!HOST_HEADERS.some((name) => signature.signedHeaders.includes(name))) {
      throw new AuthenticationError(
        'mismatch',
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      );
    }
    this.checkRegion(signature, isS3);
    const key = this.keyOf(signature);
    const payloadHash = isS3 ? s3PayloadHash(request, signature) : sha256(request.body);
    const { signedHeaders, scope, timestamp, value } = signature;
    const context = { secretAccessKey: key.secretAccessKey, scope, timestamp };
    const canonical = canonicalRequest(request, { signedHeaders, payloadHash, isS3 });
    if (!isSame(sign(context, canonical), value)) {
      throw new AuthenticationError('mismatch', undefined, {
        AWSAccessKeyId: signature.accessKeyId,
        SignatureProvided: value,
        CanonicalRequest: canonical,
      });
    }
    this.checkTime(signature, isS3);
    if (key.expires !== undefined && key.expires <= this.options.realTime()) {
      throw new AuthenticationError('expired-token');
    }
    const chunkSigning = SIGNED_CHUNKS.includes(payloadHash)
      ? { ...context, requestSignature: value }
      : undefined;
    return { principal: key.principal, request: unchunked(request, chunkSigning) };
  }

  /** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
  private checkRegion({ scope }: RequestSignature, isS3: boolean): void {
    const { region } = this.options;
    const isGlobal = GLOBAL_SERVICES.includes(scope.service) && scope.region === GLOBAL_REGION;
    if (scope.region === region || isGlobal) return;
    if (!isS3) {
      throw new AuthenticationError(
        'mismatch',
        `Credential should be scoped to a valid Region, not '${scope.region}': this local cloud serves ${region} alone. Sign for ${region}, or start a local cloud with --region ${scope.region}.`,
      );
    }
    throw new AuthenticationError(
      'incomplete',
      `The authorization header is malformed; the region '${scope.region}' is wrong; expecting '${region}'`,
      { Region: region },
    );
  }

  private keyOf({ accessKeyId, sessionToken }: RequestSignature): AccessKey {
    const key = this.options.accessKey(accessKeyId);
    if (!key) throw new AuthenticationError('unknown-key', undefined, { AWSAccessKeyId: accessKeyId });
    if (!isSame(key.sessionToken ?? '', sessionToken ?? '')) throw new AuthenticationError('wrong-token');
    return key;
  }

  private checkTime({ timestamp, expiresSeconds }: RequestSignature, isS3: boolean): void {
    const signed = timeOf(timestamp);
    const clocks = [this.options.realTime(), this.options.cloudTime()];
    const minutes = isS3 ? SKEW_MINUTES.s3 : SKEW_MINUTES.others;
    const latest = Math.max(...clocks) + minutes * MINUTE;
    if (signed > latest) {
      throw new AuthenticationError(
        'outside-time',
        isS3
          ? undefined
          : `Signature not yet current: ${timestamp} is still later than ${text(latest)} (${text(Math.max(...clocks))} + ${minutes} min.)`,
      );
    }
    if (expiresSeconds !== undefined) {
      const end = signed + expiresSeconds * 1000;
      const isWithin = (now: number) => now >= signed - minutes * MINUTE && now <= end;
      if (clocks.some(isWithin)) return;
      throw new AuthenticationError('expired-url', undefined, {
        'X-Amz-Expires': expiresSeconds,
        Expires: new Date(end).toISOString(),
      });
    }
    const earliest = Math.min(...clocks) - minutes * MINUTE;
    if (signed < earliest) {
      throw new AuthenticationError(
        'outside-time',
        isS3
          ? undefined
          : `Signature expired: ${timestamp} is now earlier than ${text(earliest)} (${text(Math.min(...clocks))} - ${minutes} min.)`,
      );
    }
  }
}

/** In HTTP/1.1 and in HTTP/2. */
const HOST_HEADERS = ['host', ':authority'];

/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html: all `x-amz-` headers
 * must be signed
 */
function checkS3Headers({ headers, query }: WireRequest, { signedHeaders }: RequestSignature): void {
  if (headers.authorization !== undefined && query.has('X-Amz-Signature')) {
    throw new AwsError('InvalidArgument', 'Only one auth mechanism allowed', { status: 400 });
  }
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', {
      status: 403,
      extra: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

/** What S3's clients say of the body; a hash must be right. */
function s3PayloadHash({ headers, query, body }: WireRequest, { expiresSeconds }: RequestSignature): string {
  const isPresigned = expiresSeconds !== undefined;
  const given =
    headers['x-amz-content-sha256'] ??
    query.get('X-Amz-Content-Sha256') ??
    (isPresigned ? UNSIGNED_PAYLOAD : undefined);
  if (given === undefined) {
    throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256', {
      status: 400,
    });
  }
  if (given === UNSIGNED_PAYLOAD || given === UNSIGNED_CHUNKS || SIGNED_CHUNKS.includes(given)) return given;
  if (given.startsWith('STREAMING-')) throw new NotImplementedError(`x-amz-content-sha256: ${given}`);
  const computed = sha256(body);
  if (given !== computed) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { status: 400, extra: { ClientComputedContentSHA256: given, S3ComputedContentSHA256: computed } },
    );
  }
  return given;
}

function unchunked(request: WireRequest, signing: Parameters<typeof decodeAwsChunked>[1]): WireRequest {
  const { 'content-encoding': encoding = '', ...others } = request.headers;
  const isChunked =
    encoding.includes('aws-chunked') || others['x-amz-content-sha256']?.startsWith('STREAMING-');
  if (!isChunked) return request;
  const { content, trailers } = decodeAwsChunked(request.body, signing);
  const length = others['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== content.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header',
    );
  }
  const rest = encoding.replace(/,?\s*aws-chunked\s*,?/, '');
  return {
    ...request,
    headers: { ...others, ...(rest && { 'content-encoding': rest }), ...trailers },
    body: content,
  };
}

/** yyyymmddThhmmssZ */
function text(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
