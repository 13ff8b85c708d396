import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import { type ServingContainer, startServingContainer } from '../../../local/containers/serving-container';
import recorded from '../../reference/scikit-learn-serving.json';
import { temporaryDirectory } from './support';

interface Body {
  readonly text?: string;
  readonly base64?: string;
  readonly times?: number;
}

interface Answer {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly sha256: string;
  readonly begins: string;
}

const directory = temporaryDirectory();
const containers = new Map<string, ServingContainer>();
beforeAll(async () => {
  const { python } = await ensurePythonEnvironment();
  for (const [name, script] of Object.entries(recorded.scripts)) {
    const root = mkdtempSync(join(directory, `${name}-`));
    const modelDir = join(root, 'model');
    mkdirSync(join(modelDir, 'code'), { recursive: true });
    writeFileSync(join(modelDir, 'code', 'inference.py'), script);
    const options = { root, environment: {}, modelDir, python, onLog: () => undefined };
    containers.set(name, startServingContainer(options));
  }
  for (const name of containers.keys())
    while ((await send(name, 'GET', '/ping')).status !== 200) await new Promise(setImmediate);
}, 300_000);
afterAll(() => Promise.all([...containers.values()].map((container) => container.kill())));

describe("the local container answers as the serving code of AWS's scikit-learn image", () => {
  test('to a ping', async () => {
    expect(await send('defaults', 'GET', '/ping')).toEqual(recorded.ping);
  });

  test.each(
    recorded.cases.map(
      ({ name, script, body, headers, answer }): [string, string, Body, Record<string, string>, Answer] => [
        `${name} (${script}, ${headers.accept ?? 'any accept'})`,
        script,
        body,
        headers as Record<string, string>,
        answer,
      ],
    ),
  )(
    'to %s',
    async (_name, script, body, headers, answer) => {
      expect(await send(script, 'POST', '/invocations', bytesOf(body), headers)).toEqual(answer);
    },
    60_000,
  );
});

function bytesOf({ text, base64, times = 1 }: Body): Buffer {
  return base64 === undefined ? Buffer.from((text ?? '').repeat(times)) : Buffer.from(base64, 'base64');
}

/** Sends no header but those given: `fetch` would add an `accept` of its own. */
async function send(
  script: string,
  method: string,
  path: string,
  body: Buffer = Buffer.alloc(0),
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const port = await containers.get(script)?.port;
  return new Promise((resolve, reject) => {
    const options = { port, method, path, headers: { ...headers, 'content-length': body.length } };
    const call = request({ host: '127.0.0.1', ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const content = Buffer.concat(chunks);
        resolve({
          status: response.statusCode,
          contentType: response.headers['content-type'],
          sha256: createHash('sha256').update(content).digest('hex'),
          begins: new TextDecoder().decode(content.subarray(0, 80)),
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
