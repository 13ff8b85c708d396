import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { HttpListener, headersOf } from '../../../local/gateway/http-listener';

describe('The port of the local cloud', () => {
  let listener: HttpListener;
  let port: number;

  beforeEach(async () => {
    listener = new HttpListener(async (request, response) => {
      let size = 0;
      for await (const chunk of request) size += (chunk as Buffer).length;
      const { host, 'x-amz-target': target } = headersOf(request);
      response.writeHead(200, { 'content-type': 'application/json' });
      const version = request.httpVersion;
      response.end(
        JSON.stringify({ version, method: request.method, path: request.url, host, target, size }),
      );
    });
    port = await listener.listen(0);
  });
  afterEach(() => listener.close());

  const big = 'x'.repeat(300_000);

  test('answers requests in HTTP/1.1', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, {
      method: 'POST',
      body: big,
      headers: { 'x-amz-target': 'S.Op' },
    });
    expect(await response.json()).toEqual({
      version: '1.1',
      method: 'POST',
      path: '/a?b=c',
      host: `127.0.0.1:${port}`,
      target: 'S.Op',
      size: big.length,
    });
  });

  test('answers requests in HTTP/2 without TLS, several on one connection', async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const ask = (path: string) =>
      new Promise<string>((resolve, reject) => {
        const stream = session.request({ ':path': path, ':method': 'POST', 'x-amz-target': 'S.Op' });
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => {
          text += chunk;
        });
        stream.on('end', () => resolve(text));
        stream.on('error', reject);
        stream.end(big);
      });
    const answers = await Promise.all(['/a?b=c', '/d'].map(ask));
    const common = {
      version: '2.0',
      method: 'POST',
      host: `127.0.0.1:${port}`,
      target: 'S.Op',
      size: big.length,
    };
    expect(answers.map((text) => JSON.parse(text))).toEqual([
      { ...common, path: '/a?b=c' },
      { ...common, path: '/d' },
    ]);
    session.close();
  });

  test('survives connections that end before a request', async () => {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.end(resolve));
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  test('closes with connections open', async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    await new Promise((resolve) => session.once('connect', resolve));
    const closed = new Promise((resolve) => session.once('close', resolve));
    await listener.close();
    await closed;
    expect(session.destroyed).toBe(true);
    listener = new HttpListener(() => {});
    await listener.listen(0);
  });
});
