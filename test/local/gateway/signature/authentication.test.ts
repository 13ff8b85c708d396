import { Agent, type AgentOptions } from 'node:http';
import { Readable } from 'node:stream';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccountKey } from '../../../../local/access';
import { LocalCloud } from '../../../../local/local-cloud';
import { HOUR, MINUTE, SECOND, ServiceFixture } from '../../services/service-fixture';

type Keys = AccountKey & { readonly sessionToken?: string };
type SentRequest = {
  method: string;
  protocol: string;
  hostname: string;
  port: number;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
};

describe('the keys of a request', () => {
  const fixture = new ServiceFixture();
  const config = (credentials?: Keys) => ({ ...fixture.config(credentials), maxAttempts: 1 });
  const s3 = (credentials?: Keys) => new S3Client({ ...config(credentials), forcePathStyle: true });
  let temporary: Keys;

  beforeAll(async () => {
    await fixture.cloud.start();
    const { credentials } = await fixture.roleConfig('reader', [
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    ]);
    temporary = credentials;
    await s3().send(new CreateBucketCommand({ Bucket: 'bucket' }));
  });
  afterAll(() => fixture.cloud.stop());

  /** What each kind of service says of keys; S3 speaks XML, STS Query, SSM JSON, Lambda REST. */
  const answers = async (credentials: Keys) => {
    const failure = (call: Promise<unknown>) =>
      call.then(
        () => 'ok',
        (error: Error & { $metadata: { httpStatusCode: number } }) =>
          `${error.name} ${error.$metadata.httpStatusCode}`,
      );
    return {
      s3: await failure(s3(credentials).send(new ListBucketsCommand({}))),
      sts: await failure(new STSClient(config(credentials)).send(new GetCallerIdentityCommand({}))),
      ssm: await failure(
        new SSMClient(config(credentials)).send(new GetParametersCommand({ Names: ['/none'] })),
      ),
      lambda: await failure(new LambdaClient(config(credentials)).send(new ListFunctionsCommand({}))),
    };
  };

  test('that this cloud generated are good', async () => {
    expect(await answers(fixture.cloud.credentials)).toEqual({
      s3: 'ok',
      sts: 'ok',
      ssm: 'ok',
      lambda: 'ok',
    });
  });

  test('that nobody was given are refused', async () => {
    expect(await answers({ accessKeyId: 'local', secretAccessKey: 'local' })).toEqual({
      s3: 'InvalidAccessKeyId 403',
      sts: 'InvalidClientTokenId 403',
      ssm: 'UnrecognizedClientException 400',
      lambda: 'UnrecognizedClientException 403',
    });
  });

  test('that have another secret are refused', async () => {
    expect(await answers({ ...fixture.cloud.credentials, secretAccessKey: 'guessed' })).toEqual({
      s3: 'SignatureDoesNotMatch 403',
      sts: 'SignatureDoesNotMatch 403',
      ssm: 'InvalidSignatureException 400',
      lambda: 'InvalidSignatureException 403',
    });
  });

  test.each([
    ['another', 'guessed'],
    ['no', undefined],
  ])('that are temporary are refused with %s session token', async (_which, sessionToken) => {
    expect(await answers({ ...temporary, sessionToken })).toEqual({
      s3: 'InvalidToken 400',
      sts: 'InvalidClientTokenId 403',
      ssm: 'UnrecognizedClientException 400',
      lambda: 'UnrecognizedClientException 403',
    });
  });

  test('that are temporary are good for the time that AssumeRole said, by the clock of clients', async () => {
    const { Credentials } = await new STSClient(config()).send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::000000000000:role/reader',
        RoleSessionName: 'short',
        DurationSeconds: 900,
      }),
    );
    const keys = {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretAccessKey as string,
      sessionToken: Credentials?.SessionToken,
    };
    const end = Credentials?.Expiration?.getTime() as number;
    const now = jest.spyOn(Date, 'now');
    try {
      now.mockReturnValue(end - SECOND);
      expect(await answers(keys)).toMatchObject({ s3: 'ok', sts: 'ok' });
      now.mockReturnValue(end);
      expect(await answers(keys)).toEqual({
        s3: 'ExpiredToken 400',
        sts: 'ExpiredToken 403',
        ssm: 'ExpiredTokenException 400',
        lambda: 'ExpiredTokenException 403',
      });
    } finally {
      now.mockRestore();
    }
  });

  test('that are for another region are refused', async () => {
    const elsewhere = { ...config(), region: 'eu-central-1' };
    await expect(
      new SSMClient(elsewhere).send(new GetParametersCommand({ Names: ['/none'] })),
    ).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(
        /not 'eu-central-1': this local cloud serves us-east-1 alone\. .* --region eu-central-1/,
      ),
    });
    await expect(
      new S3Client({ ...elsewhere, forcePathStyle: true, followRegionRedirects: false }).send(
        new ListBucketsCommand({}),
      ),
    ).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed' });
  });

  test.each([
    ['GET', '/bucket/key', {}, 403, 'AccessDenied'],
    ['POST', '/', {}, 403, 'MissingAuthenticationToken'],
    ['POST', '/', { 'x-amz-target': 'AmazonSSM.GetParameter' }, 400, 'MissingAuthenticationTokenException'],
    ['GET', '/bucket/key', { authorization: 'AWS key:signature' }, 400, 'InvalidRequest'],
    ['GET', '/bucket/key?AWSAccessKeyId=key&Signature=x&Expires=1', {}, 400, 'InvalidRequest'],
    ['GET', '/bucket/key?X-Amz-Credential=a/b/us-east-1/s3/aws4_request', {}, 400, 'AuthorizationQuery'],
    [
      'POST',
      '/',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261124/us-east-1/sts/aws4_request' },
      403,
      'IncompleteSignature',
    ],
  ])('must be there: %s %s %j', async (method, path, headers, status, code) => {
    const response = await fetch(`${fixture.cloud.url}${path}`, { method, headers: { ...headers } });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(code);
  });

  test('sign whatever S3 gets: all headers, and each part of a key', async () => {
    const keys = ['with space', 'a+b=c&d', 'ü/ö', 'a//b', './x/../y', '100%', "tilde~(*)!'", 'k?x=y#z'];
    for (const Key of keys) {
      await s3().send(
        new PutObjectCommand({
          Bucket: 'bucket',
          Key,
          Body: 'x',
          Metadata: { note: '  two  spaces ' },
          Tagging: 'a=b%20c',
        }),
      );
      const { Metadata } = await s3().send(new GetObjectCommand({ Bucket: 'bucket', Key }));
      expect(Metadata?.note?.trim()).toMatch(/^two +spaces$/);
    }
  });

  test('sign requests whose bucket is in the host name', async () => {
    const { port } = new URL(fixture.cloud.url);
    // Names below localhost resolve to this machine in browsers, and in few other programs.
    const lookup = (_name: string, options: { all?: boolean }, callback: (...answer: unknown[]) => void) =>
      options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
    for (const host of ['localhost', 's3.localhost']) {
      const client = new S3Client({
        ...config(),
        endpoint: `http://${host}:${port}`,
        requestHandler: { httpAgent: new Agent({ lookup } as AgentOptions) },
      });
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'in/host', Body: host }));
      const { Body } = await s3().send(new GetObjectCommand({ Bucket: 'bucket', Key: 'in/host' }));
      expect(await Body?.transformToString()).toBe(host);
    }
  });

  test('sign a stream whose checksum follows it', async () => {
    const Body = Readable.from([Buffer.alloc(100_000, 'a'), Buffer.alloc(50_000, 'b')]);
    await s3().send(
      new PutObjectCommand({
        Bucket: 'bucket',
        Key: 'stream',
        Body,
        ContentLength: 150_000,
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const stored = await s3().send(new GetObjectCommand({ Bucket: 'bucket', Key: 'stream' }));
    expect(await stored.Body?.transformToByteArray()).toHaveLength(150_000);
  });

  describe('in a presigned URL', () => {
    /** By the signer of the SDK, which signs with the key and the time that it is given. */
    const presigned = async (
      method: string,
      path: string,
      options: { expiresIn: number; signingDate?: Date; credentials?: Keys },
    ) => {
      const { hostname, port } = new URL(fixture.cloud.url);
      const signer = await s3(options.credentials).config.signer();
      const request = {
        method,
        protocol: 'http:',
        hostname,
        port: Number(port),
        path,
        query: {},
        headers: { host: `${hostname}:${port}`, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
      };
      const sign = (signer as unknown as { presign(request: object, options: object): Promise<SentRequest> })
        .presign;
      const { query } = await sign.call(signer, request, options);
      return `${fixture.cloud.url}${path}?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`;
    };
    const get = async (url: string) => {
      const response = await fetch(url);
      return `${response.status} ${/<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? ''}`.trim();
    };

    beforeAll(() => s3().send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a b', Body: 'x' })));

    test('read and write, as the account and as a role', async () => {
      for (const credentials of [undefined, temporary]) {
        const put = await presigned('PUT', '/bucket/from-url', { expiresIn: 60, credentials });
        expect((await fetch(put, { method: 'PUT', body: 'hello' })).status).toBe(200);
        const url = await presigned('GET', '/bucket/from-url', { expiresIn: 60, credentials });
        expect(await (await fetch(url)).text()).toBe('hello');
      }
      expect(await get(await presigned('GET', '/bucket/a%20b', { expiresIn: 60 }))).toBe('200');
    });

    test('open nothing else: no other key, no other method, no longer time', async () => {
      const url = await presigned('GET', '/bucket/a%20b', { expiresIn: 60 });
      expect(await get(url.replace('a%20b', 'c'))).toBe('403 SignatureDoesNotMatch');
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
      expect(await get(url.replace('Expires=60', 'Expires=6000'))).toBe('403 SignatureDoesNotMatch');
      expect(await get(url.replace(/Credential=[^%]+/, 'Credential=LOCALOTHER'))).toBe(
        '403 InvalidAccessKeyId',
      );
      const header = await fetch(url, { headers: { 'x-amz-copy-source': '/bucket/other' } });
      expect(await header.text()).toContain('<HeadersNotSigned>x-amz-copy-source</HeadersNotSigned>');
    });

    test('end in their time, on the clock on which they were signed', async () => {
      // The clock of the fixture stands still, days behind the machine's.
      const now = fixture.cloud.clock.now();
      const byCloud = await presigned('GET', '/bucket/a%20b', {
        expiresIn: 3600,
        signingDate: new Date(now),
      });
      const byMachine = await presigned('GET', '/bucket/a%20b', { expiresIn: 3600 });
      const over = await presigned('GET', '/bucket/a%20b', {
        expiresIn: 3600,
        signingDate: new Date(Date.now() - 2 * HOUR),
      });
      expect(await get(over)).toBe('403 AccessDenied');
      expect(await get(byCloud)).toBe('200');
      await fixture.advance(HOUR + SECOND);
      expect(await get(byCloud)).toBe('403 AccessDenied');
      expect(await get(byMachine)).toBe('200');
    });

    test('last a week at most', async () => {
      const url = await presigned('GET', '/bucket/a%20b', { expiresIn: 60 });
      for (const expires of ['604801', '-1', 'long']) {
        expect(await get(url.replace('Expires=60', `Expires=${expires}`))).toBe(
          '400 AuthorizationQueryParametersError',
        );
      }
    });
  });
});

describe('the date of a request', () => {
  const cloud = new LocalCloud({ clock: { rate: 0, start: new Date(Date.now() + 24 * HOUR) } });
  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());

  const dated = (systemClockOffset: number) => ({
    endpoint: cloud.url,
    region: cloud.region,
    credentials: cloud.credentials,
    maxAttempts: 1,
    systemClockOffset,
  });
  const ssm = (offset: number) =>
    new SSMClient(dated(offset)).send(new GetParametersCommand({ Names: ['/none'] })).then(
      () => 'ok',
      ({ message }: Error) => message.slice(0, message.indexOf(':')),
    );
  const s3 = (offset: number) =>
    new S3Client({ ...dated(offset), forcePathStyle: true }).send(new ListBucketsCommand({})).then(
      () => 'ok',
      ({ name }: Error) => name,
    );

  test.each([
    ["the machine's clock", 0, 'ok', 'ok'],
    ["the local cloud's clock", 24 * HOUR, 'ok', 'ok'],
    ['between the two: the local cloud may have been moved on since', 12 * HOUR, 'ok', 'ok'],
    ['4 minutes before them', -4 * MINUTE, 'ok', 'ok'],
    ['10 minutes before them', -10 * MINUTE, 'Signature expired', 'ok'],
    ['20 minutes before them', -20 * MINUTE, 'Signature expired', 'RequestTimeTooSkewed'],
    ['10 minutes after them', 24 * HOUR + 10 * MINUTE, 'Signature not yet current', 'ok'],
    ['20 minutes after them', 24 * HOUR + 20 * MINUTE, 'Signature not yet current', 'RequestTimeTooSkewed'],
  ])('%s', async (_when, offset, ofSsm, ofS3) => {
    expect([await ssm(offset), await s3(offset)]).toEqual([ofSsm, ofS3]);
  });
});
