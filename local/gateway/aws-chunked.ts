import { AwsError } from './aws-error';
import { isSame } from './secrets';
import { AuthenticationError } from './signature/authentication-error';
import { type SigningContext, sha256, signText } from './signature/signer';

/** How chunks are verified: each is signed after the one before it, the first after the request. */
export interface ChunkSigning extends SigningContext {
  readonly requestSignature: string;
}

const SIGNATURE_TRAILER = 'x-amz-trailer-signature';
const EMPTY_HASH = sha256('');
/** All but the last. */
const SMALLEST_SIGNED_CHUNK = 8_192;

/**
 * The content of a body in `aws-chunked` encoding: `<hex size>[;chunk-signature=...]\r\n<bytes>\r\n`, ended
 * by a chunk of size 0 and optional trailers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @param signing where the chunks must be signed
 * @returns the content and the trailers, their names in lower case
 * @throws AwsError if the body is not whole, AuthenticationError if a chunk is not signed as it must be
 */
export function decodeAwsChunked(
  body: Buffer,
  signing?: ChunkSigning,
): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let position = 0;
  let signature = signing?.requestSignature ?? '';
  for (let isLast = false; !isLast; ) {
    const lineEnd = body.indexOf('\r\n', position);
    const line = lineEnd < 0 ? '' : body.toString('latin1', position, lineEnd);
    const [, hexSize = '', given = ''] = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]+))?$/i.exec(line) ?? [];
    const size = Number.parseInt(hexSize, 16);
    position = lineEnd + 2;
    if (Number.isNaN(size) || position + size > body.length) throw incomplete();
    const chunk = body.subarray(position, position + size);
    isLast = size === 0;
    if (signing) {
      signature = verified(signing, given, 'PAYLOAD', [signature, EMPTY_HASH, sha256(chunk)]);
      const previous = chunks.at(-1);
      if (!isLast && previous && previous.length < SMALLEST_SIGNED_CHUNK) throw tooSmall(previous.length);
    }
    if (!isLast) {
      chunks.push(chunk);
      position += size;
      if (body.toString('latin1', position, position + 2) !== '\r\n') throw incomplete();
      position += 2;
    }
  }
  const { [SIGNATURE_TRAILER]: trailerSignature, ...trailers } = readTrailers(
    body.toString('latin1', position),
  );
  const names = Object.keys(trailers);
  if (signing && names.length > 0) {
    const lines = names.map((name) => `${name}:${trailers[name]}\n`).join('');
    verified(signing, trailerSignature ?? '', 'TRAILER', [signature, sha256(lines)]);
  }
  return { content: Buffer.concat(chunks), trailers };
}

function verified(signing: ChunkSigning, given: string, kind: string, rest: readonly string[]): string {
  const expected = signText(signing, `AWS4-HMAC-SHA256-${kind}`, rest);
  if (!isSame(given, expected)) throw new AuthenticationError('mismatch');
  return expected;
}

function readTrailers(text: string): Record<string, string> {
  const entries = text
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => [
      line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]);
  return Object.fromEntries(entries);
}

function incomplete(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'The request body terminated unexpectedly: it is not aws-chunked to its end',
  );
}

function tooSmall(size: number): AwsError {
  return new AwsError(
    'InvalidChunkSizeError',
    `Only the last chunk is allowed to have a size less than ${SMALLEST_SIGNED_CHUNK} bytes, got ${size}`,
    { status: 403 },
  );
}
