import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import { type ServingContainer, startServingContainer } from '../../../local/containers/serving-container';
import { isRunning, lineWaiter, sourceArchive, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const running: ServingContainer[] = [];
let python: string;
beforeAll(async () => {
  python = (await ensurePythonEnvironment()).python;
}, 300_000);
afterAll(() => Promise.all(running.map((container) => container.kill())));

function start(
  script: string,
  environment: Record<string, string> = {},
  archive?: string,
  more: { readonly isIsolated?: boolean } = {},
) {
  const root = mkdtempSync(join(directory, 'endpoint-'));
  const modelDir = join(root, 'model');
  mkdirSync(join(modelDir, 'code'), { recursive: true });
  writeFileSync(join(modelDir, 'code', 'inference.py'), script);
  const log = lineWaiter(/$^/);
  const container = startServingContainer({
    root,
    environment,
    modelDir,
    sourceArchive: archive,
    python,
    onLog: log.onLog,
    ...more,
  });
  running.push(container);
  return { container, log };
}

/** The address of the container, once it answers /ping with 200. */
async function ready(container: ServingContainer): Promise<string> {
  const address = `http://127.0.0.1:${await container.port}`;
  while ((await fetch(`${address}/ping`)).status !== 200);
  return address;
}

function invoke(address: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  return fetch(`${address}/invocations`, {
    method: 'POST',
    body: body as RequestInit['body'],
    headers: { 'content-type': 'text/csv', ...headers },
  });
}

const DOUBLE = `
class Model:
    def predict(self, data): return data.sum(axis=1) * 2
def model_fn(model_dir): return Model()`;

// What the image answers to bodies, types and results is in serving-conformance.test.ts.
describe('a model with model_fn only', () => {
  let address: string;
  beforeAll(async () => {
    address = await ready(start(DOUBLE).container);
  });

  test.each([
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { host: 'evil.example' },
  ])('answers no web page: %j', async (headers: OutgoingHttpHeaders) => {
    const sent = request(`${address}/invocations`, { method: 'POST', headers }).end('1,2\n');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(403);
  });

  test('refuses a pickled array, which would run code of whoever sends it', async () => {
    const script = 'import numpy, sys; numpy.save(sys.stdout.buffer, numpy.array([[{}]]), allow_pickle=True)';
    const pickled = execFileSync(python, ['-c', script]);
    expect((await invoke(address, pickled, { 'content-type': 'application/x-npy' })).status).toBe(500);
  });

  test('answers many rows in order', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => i);
    const response = await invoke(address, rows.map((i) => `${i},0`).join('\n'), { accept: 'text/csv' });
    expect((await response.text()).trim().split('\n').map(Number)).toEqual(rows.map((i) => i * 2));
  });

  test('has no other paths', async () => {
    const response = await fetch(`${address}/other`);
    expect([response.status, await response.text()]).toEqual([404, '{}']);
  });
});

const ERRORS = `
def model_fn(model_dir): return None
def transform_fn(model, body, content_type, accept):
    if body == 'object': return 1.5
    if body == 'raise': raise KeyError('inside')
    return 'fine', 'text/plain'`;

test('errors of the script are in the log, and the container goes on', async () => {
  const { container, log } = start(ERRORS);
  const address = await ready(container);
  expect((await invoke(address, 'raise')).status).toBe(500);
  expect((await invoke(address, 'object')).status).toBe(500);
  const fine = await invoke(address, 'x');
  expect([fine.status, await fine.text()]).toEqual([200, 'fine']);
  const lines = await log.holding('the result is');
  expect(lines).toContain("KeyError: 'inside'");
  expect(lines).toContain('the result is float: return a pair of str or bytes and its content type');
});

test('the log says which content types the image takes', async () => {
  const { container, log } = start(DOUBLE);
  const headers = { 'content-type': 'text/csv; charset=utf-8' };
  expect((await invoke(await ready(container), '1,2\n3,4', headers)).status).toBe(500);
  expect(await log.holding('content type')).toContain(
    "content type 'text/csv; charset=utf-8' is not supported by the image, which takes application/json, application/x-npy, text/csv: define input_fn or output_fn",
  );
});

test.each([
  ['a model_fn that raises', 'def model_fn(d): raise OSError("no model here")', {}, 'no model here'],
  ['no model_fn', '', {}, 'has no model_fn'],
  ['a syntax error', 'def', {}, 'SyntaxError'],
  ['another program name', '', { SAGEMAKER_PROGRAM: 'gone.py' }, "no script 'gone.py'"],
  ['code that is only in S3', '', { SAGEMAKER_SUBMIT_DIRECTORY: 's3://b/k' }, 'no local copy'],
])(
  '%s ends the container with the reason in its log',
  async (_name, script, environment: Record<string, string>, reason) => {
    const { container, log } = start(script, environment);
    expect((await container.exited).code).toBe(1);
    expect(log.lines.join('\n')).toContain(reason);
  },
);

test('a model without a network reaches no other machine, and answers', async () => {
  const script = `
import urllib.request

def model_fn(directory):
    try:
        urllib.request.urlopen("http://example.com")
    except OSError as error:
        return error.reason.strerror

def transform_fn(model, body, content_type, accept):
    return model, "text/plain"
`;
  const { container } = start(script, {}, undefined, { isIsolated: true });
  expect(await (await invoke(await ready(container), '1')).text()).toContain('name resolution');
});

test('the code can come in an archive of its own, under another program name', async () => {
  const archive = sourceArchive(directory, { 'serve_me.py': DOUBLE });
  const { container } = start(
    'raise Exception("not this one")',
    { SAGEMAKER_PROGRAM: 'serve_me.py', SAGEMAKER_SUBMIT_DIRECTORY: 's3://b/k' },
    archive,
  );
  expect(await (await invoke(await ready(container), '5,0\n1,1', { accept: 'text/csv' })).text()).toBe(
    '10.0\n4.0\n',
  );
});

test('the accepted type has a default in the environment', async () => {
  const { container } = start(DOUBLE, { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv' });
  expect(await (await invoke(await ready(container), '5,0\n1,1')).text()).toBe('10.0\n4.0\n');
});

test('a port that is taken ends the container, and its port rejects', async () => {
  const { container } = start(DOUBLE);
  const port = await container.port;
  const root = mkdtempSync(join(directory, 'endpoint-'));
  const second = startServingContainer({
    root,
    environment: {},
    modelDir: root,
    python,
    port,
    onLog: () => undefined,
  });
  await expect(second.port).rejects.toThrow(/ended \(code 1/);
});

test('killing ends it', async () => {
  const { container } = start(DOUBLE);
  await ready(container);
  await container.kill();
  expect(isRunning(container.pid ?? 0)).toBe(false);
});
