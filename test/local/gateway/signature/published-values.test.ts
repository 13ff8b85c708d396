import { decodeAwsChunked } from '../../../../local/gateway/aws-chunked';
import { accountPrincipal } from '../../../../local/gateway/principal';
import type { WireRequest } from '../../../../local/gateway/protocols/http';
import { Authenticator } from '../../../../local/gateway/signature/authenticator';
import suite from './signing-test-suite.json';

interface SuiteCase {
  readonly name: string;
  /** As it is sent. */
  readonly request: string;
  readonly sessionToken?: string;
}

/**
 * Signed requests of AWS's signing test suite, those that clients send to services other than S3
 * (https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4, Apache License 2.0).
 */
const SUITE: readonly SuiteCase[] = suite;

const SUITE_SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
/** Of the examples in the documentation of S3. */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const PRINCIPAL = accountPrincipal('000000000000');

describe('signatures that AWS publishes', () => {
  test.each(SUITE)('the signing test suite: $name', ({ request, sessionToken }) => {
    const authenticator = authenticatorAt('2015-08-30T12:36:00Z', SUITE_SECRET, sessionToken);
    const wire = read(request);
    expect(authenticator.authenticate(wire, false).principal).toBe(PRINCIPAL);
    const changed = { ...wire, method: 'DELETE' };
    expect(() => authenticator.authenticate(changed, false)).toThrow(
      expect.objectContaining({ failure: 'mismatch' }),
    );
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const s3 = authenticatorAt('2013-05-24T00:00:00Z');
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const host = 'Host: examplebucket.s3.amazonaws.com';
  const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

  test('S3: GET of a range', () => {
    const request = read(`GET /test.txt HTTP/1.1
${host}
Authorization: AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
Range: bytes=0-9
x-amz-content-sha256: ${emptyHash}
x-amz-date: 20130524T000000Z

`);
    expect(s3.authenticate(request, true).principal).toBe(PRINCIPAL);
  });

  test('S3: PUT of a key with a special character', () => {
    const request = read(`PUT /test$file.text HTTP/1.1
${host}
Date: Fri, 24 May 2013 00:00:00 GMT
Authorization: AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd
x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
x-amz-date: 20130524T000000Z
x-amz-storage-class: REDUCED_REDUNDANCY

Welcome to Amazon S3.`);
    expect(s3.authenticate(request, true).principal).toBe(PRINCIPAL);
    const other = { ...request, body: Buffer.from('Welcome to Amazon S4.') };
    expect(() => s3.authenticate(other, true)).toThrow(
      expect.objectContaining({ code: 'XAmzContentSHA256Mismatch' }),
    );
  });

  test('S3: GET of a bucket with a parameter without a value', () => {
    const request = read(`GET /?lifecycle HTTP/1.1
${host}
Authorization: AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543
x-amz-content-sha256: ${emptyHash}
x-amz-date: 20130524T000000Z

`);
    expect(s3.authenticate(request, true).principal).toBe(PRINCIPAL);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  test('S3: a presigned URL', () => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope.replaceAll('/', '%2F')}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`;
    const request = read(`GET /test.txt?${query} HTTP/1.1\n${host}\n\n`);
    expect(s3.authenticate(request, true).principal).toBe(PRINCIPAL);
    const later = (time: string) => authenticatorAt(time).authenticate(request, true);
    expect(later('2013-05-24T23:59:00Z').principal).toBe(PRINCIPAL);
    expect(() => later('2013-05-25T00:00:01Z')).toThrow(expect.objectContaining({ failure: 'expired-url' }));
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
  test('S3: an upload in signed chunks', () => {
    const body = chunked(
      [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
      [1_024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
      [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
    );
    const request = {
      ...read(`PUT /examplebucket/chunkObject.txt HTTP/1.1
Host: s3.amazonaws.com
x-amz-date: 20130524T000000Z
x-amz-storage-class: REDUCED_REDUNDANCY
Authorization: AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9
x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD
Content-Encoding: aws-chunked
x-amz-decoded-content-length: 66560
Content-Length: 66824

`),
      body: Buffer.from(body),
    };
    const { request: decoded } = s3.authenticate(request, true);
    expect(decoded.body.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
    expect(decoded.headers['content-encoding']).toBeUndefined();
    const changed = { ...request, body: Buffer.from(body.replace('aaaa', 'aaab')) };
    expect(() => s3.authenticate(changed, true)).toThrow(expect.objectContaining({ failure: 'mismatch' }));
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
  test('S3: an upload in signed chunks with a signed trailer', () => {
    const chunks = chunked(
      [65_536, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2'],
      [1_024, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7'],
      [0, '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'],
    );
    const trailer = (checksum: string) =>
      `x-amz-checksum-crc32c:${checksum}\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n`;
    const signing = {
      secretAccessKey: SECRET,
      scope: { day: '20130524', region: 'us-east-1', service: 's3' },
      timestamp: '20130524T000000Z',
      requestSignature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    };
    const withTrailer = (checksum: string) => Buffer.from(chunks.slice(0, -2) + trailer(checksum));
    expect(decodeAwsChunked(withTrailer('sOO8/Q=='), signing).trailers).toEqual({
      'x-amz-checksum-crc32c': 'sOO8/Q==',
    });
    expect(() => decodeAwsChunked(withTrailer('AAAAAA=='), signing)).toThrow(
      expect.objectContaining({ failure: 'mismatch' }),
    );
  });
});

describe('a body that should be aws-chunked', () => {
  test.each(['notchunks', '', '5\r\nhel', '5\r\nhello\r\n', '5\r\nhello!0\r\n\r\n', '-1\r\n\r\n'])(
    'is refused if it is not whole: %j',
    (body) => {
      expect(() => decodeAwsChunked(Buffer.from(body))).toThrow(
        expect.objectContaining({ code: 'IncompleteBody' }),
      );
    },
  );
});

function authenticatorAt(time: string, secretAccessKey = SECRET, sessionToken?: string): Authenticator {
  const now = () => Date.parse(time);
  const accessKey = { secretAccessKey, sessionToken, principal: PRINCIPAL };
  return new Authenticator({
    region: 'us-east-1',
    accessKey: () => accessKey,
    realTime: now,
    cloudTime: now,
  });
}

/** A request as the gateway reads it from the wire. */
function read(text: string): WireRequest {
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
  const [path = '', ...query] = target.split('?');
  const queryString = query.join('?');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  const body = Buffer.from(text.slice(end + 2));
  return { method, path, queryString, query: new URLSearchParams(queryString), headers, body };
}

function chunked(...chunks: readonly (readonly [size: number, signature: string])[]): string {
  return chunks
    .map(
      ([size, signature]) => `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`,
    )
    .join('');
}
