import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { LocalCloud } from '../../local/local-cloud';
import { cookieOf } from './web/page-fixture';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** All that the local cloud answers at, each as its own clients would call it. */
const ROUTES: readonly (readonly [method: string, path: string, body?: string])[] = [
  ['POST', '/?X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fiam%2Faws4_request', 'Action=ListRoles'],
  ['POST', '/?X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fssm%2Faws4_request', '{}'],
  ['GET', '/2015-03-31/functions?X-Amz-Credential=a%2F20260101%2Fus-east-1%2Flambda%2Faws4_request'],
  ['POST', '/endpoints/e/invocations?X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fsagemaker%2Faws4_request'],
  ['GET', '/'],
  ['PUT', '/bucket/key', 'x'],
  ['OPTIONS', '/bucket/key'],
  ['GET', '/_local/'],
  ['GET', '/_local/sign-in?code=guessed'],
  ['GET', '/_local/stacks/some'],
  ['GET', '/_local/control/status'],
  ['GET', '/_local/control/environment'],
  ['POST', '/_local/control/clock', '{"advanceSeconds":1}'],
  ['POST', '/_local/control/faults', '{"faults":null}'],
  ['POST', '/_local/control/page-link'],
  ['GET', '/_local/lambda-runtime/0/2018-06-01/runtime/invocation/next'],
  ['GET', '/_local/lambda-code/0.zip'],
  ['PUT', '/_local/cfn-response/token', '{}'],
];

describe('a web page in a browser on this machine', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  let own = '';
  let cookie = '';

  beforeAll(async () => {
    await cloud.start();
    own = new URL(cloud.url).host;
    cookie = await cookieOf(cloud);
  });
  afterAll(() => cloud.stop());

  const port = () => Number(new URL(cloud.url).port);
  async function send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<Answer> {
    const sent = request({
      host: '127.0.0.1',
      port: port(),
      method,
      path,
      headers: { host: own, ...headers },
    });
    sent.end(body);
    const [response] = await once(sent, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
  }

  test.each([
    ['of another site', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['of another site, in a browser that sends no Sec-Fetch-Site', { origin: 'https://evil.example' }],
    [
      'of another site, by a request without Origin, such as for an image',
      { 'sec-fetch-site': 'cross-site' },
    ],
    ['of a sandboxed frame or a file', { origin: 'null' }],
    ['of another port of this machine', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['of another port, by a request without Origin', { 'sec-fetch-site': 'same-site' }],
  ])('%s gets nothing, from any route', async (_who, headers) => {
    for (const [method, path, body] of ROUTES) {
      const answer = await send(method, path, { ...headers, cookie, 'content-type': 'text/plain' }, body);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(answer.body).toContain('web page');
      expect(Object.keys(answer.headers)).not.toContain('access-control-allow-origin');
    }
    expect(cloud.clock.rate).toBe(0);
  });

  test('whose own name resolves to this machine gets nothing, from any route', async () => {
    const hosts = [`evil.example:${port()}`, 'evil.example', `127.0.0.1.evil.example:${port()}`, 'localhost'];
    for (const host of hosts) {
      for (const [method, path, body] of ROUTES) {
        const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin', cookie };
        const answer = await send(method, path, headers, body);
        expect([host, method, path, answer.status]).toEqual([host, method, path, 403]);
        expect(answer.body).toContain('the host');
      }
    }
  });

  test('that is refused reads why in the form of the service', async () => {
    const headers = { origin: 'http://evil.example' };
    const [iam, ssm, lambda, , s3] = await Promise.all(
      ROUTES.slice(0, 5).map(([method, path, body]) => send(method, path, headers, body)),
    );
    expect(iam?.body).toMatch(/<ErrorResponse .*<Code>AccessDenied<\/Code><Message>a web page of the origin/);
    expect(JSON.parse(ssm?.body ?? '')).toMatchObject({ __type: expect.stringContaining('AccessDenied') });
    expect(lambda?.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(s3?.body).toContain('<Error><Code>AccessDenied</Code>');
  });

  test('can be none of ours without the cookie: every route wants a secret', async () => {
    for (const [method, path, body] of ROUTES) {
      const { status } = await send(method, path, { 'sec-fetch-site': 'same-origin' }, body);
      expect([method, path, status >= 400]).toEqual([method, path, true]);
    }
  });

  test('cannot make a typed address write', async () => {
    const answer = await send('POST', '/_local/', { 'sec-fetch-site': 'none', cookie });
    expect(answer.status).toBe(403);
  });

  test('of our own reads all pages; it can be framed by none, and only its own script runs', async () => {
    for (const host of [own, `localhost:${port()}`, `[::1]:${port()}`]) {
      const visits: Record<string, string>[] = [
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'same-origin' },
        {},
      ];
      for (const visit of visits) {
        const answer = await send('GET', '/_local/', { ...visit, host, cookie });
        expect(answer.status).toBe(200);
        expect(answer.headers).toMatchObject({
          'x-frame-options': 'DENY',
          'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
          'cross-origin-resource-policy': 'same-origin',
        });
      }
    }
  });

  test('from a bucket has no origin, so that it reads no page of ours', async () => {
    const { headers } = await send('GET', '/bucket/page.html');
    expect(headers['content-security-policy']).toBe('sandbox allow-scripts');
  });
});

describe('a link to the web page', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());
  const open = (link: string, cookie = '') => fetch(link, { redirect: 'manual', headers: { cookie } });

  test('works once; the cookie that it leaves is for this site and no script', async () => {
    const link = cloud.pageLink();
    const first = await open(link);
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/_local/');
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^local-cloud-\d+=\S{40,}; Path=\/_local\/; HttpOnly; SameSite=Strict$/);

    const second = await open(link);
    expect(second.status).toBe(403);
    expect(second.headers.get('set-cookie')).toBeNull();
    expect(await second.text()).toContain('has no access to the local cloud');
    expect((await open(link, cookie.split(';')[0])).status).toBe(303);
  });

  test('is not used up by a program that only asks for its head', async () => {
    const link = cloud.pageLink();
    expect((await fetch(link, { method: 'HEAD', redirect: 'manual' })).status).toBe(403);
    expect((await open(link)).status).toBe(303);
  });

  test('is needed: without the cookie pages show nothing of the cloud', async () => {
    const response = await fetch(`${cloud.url}/_local/`);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain(cloud.account);
    const guessed = await fetch(`${cloud.url}/_local/`, { headers: { cookie: 'local-cloud=guessed' } });
    expect(guessed.status).toBe(403);
  });
});
