import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServingContainer, startServingContainer } from '../../../local/containers/serving-container';
import { repositoryFile } from '../../repository-file';
import {
  type Answer,
  answersOfPackage,
  answerTo,
  prepared,
  type RawRequest,
  rawRequest,
} from './package-answers';
import { healthy } from './serving-requests';
import { temporaryDirectory } from './support';
import { TINY_CLASSIFIER } from './tiny-classifier';

const INFERENCE =
  '763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04';

const BODIES: readonly (readonly [string, string])[] = [
  ['application/json', '{"inputs": "good food"}'],
  ['application/json', '{"inputs": ["good food", "bad"]}'],
  ['application/json', '{"inputs": "good", "parameters": {"top_k": 2}}'],
  ['application/json', '{"inputs": {"text": "good", "text_pair": "bad"}}'],
  ['application/json', '{"inputs": "good", "parameters": {"unknown": 1}}'],
  ['application/json', '{"text": "good"}'],
  ['application/json', '["good", "bad"]'],
  ['application/json', '{"inputs": 7}'],
  ['application/json', '{"inputs": ""}'],
  ['application/json', '{"inputs": []}'],
  ['application/json', '{"inputs": "good'],
  ['application/json', ''],
  ['application/json', `{"inputs": "${'good '.repeat(1_000)}"}`],
  ['application/json; charset=utf-8', '{"inputs": "good"}'],
  ['APPLICATION/JSON', '{"inputs": "good"}'],
  ['application/json', '{"inputs": "schön 悪い"}'],
  ['text/csv', 'inputs\ngood\nbad\n'],
  ['text/csv', 'inputs,other\n"good, food",1\n'],
  ['text/csv', 'good\nbad\n'],
  ['text/csv', 'inputs\n'],
  ['text/csv', ''],
  ['text/csv; charset=utf-8', 'inputs\ngood\n'],
  ['application/x-npy', 'not npy'],
  ['image/png', 'not an image'],
  ['application/octet-stream', 'good'],
];
const ACCEPTED = ['application/json', 'text/csv', 'application/x-npy', '*/*', 'image/png', 'text/html'];

// Where the index of PyTorch's CPU wheels cannot be reached, its libraries are 3 GB.
(process.env.IN_DEPTH_PYTORCH === '1' ? describe : describe.skip)('Hugging Face', () => {
  const directory = temporaryDirectory();
  const modelDir = join(directory, 'model');
  let container: ServingContainer;
  let python: string;
  beforeAll(async () => {
    const serving = await prepared(INFERENCE);
    python = serving.python;
    execFileSync(python, ['-c', TINY_CLASSIFIER, modelDir, '0'], { stdio: 'pipe' });
    const options = { ...serving, environment: {}, modelDir, onLog: () => undefined };
    container = startServingContainer({ ...options, root: join(directory, 'endpoint') });
    await healthy(container);
  }, 1_800_000);
  afterAll(() => container?.kill());

  test("the local container answers each request as AWS's package does", async () => {
    const requests: readonly RawRequest[] = [
      ...BODIES.map(([type, body]) => rawRequest({ 'Content-Type': type }, Buffer.from(body))),
      ...ACCEPTED.map((Accept) =>
        rawRequest({ 'Content-Type': 'application/json', Accept }, Buffer.from('{"inputs": "good"}')),
      ),
    ];
    const script = repositoryFile('test', 'local', 'containers', 'hugging-face-answers.py');
    const published = answersOfPackage(python, script, modelDir, requests).map(textOfError);
    const here = [];
    for (const each of requests) here.push(messageOfError(await answerTo(await container.port, each)));
    expect(here).toEqual(published);
    expect(published.filter(({ status }) => status === 200).length).toBeGreaterThan(8);
    expect(published.filter(({ status }) => status === 400).length).toBeGreaterThan(8);
  }, 1_800_000);

  test('a model of the hub is refused by name', async () => {
    const lines: string[] = [];
    const { exited } = startServingContainer({
      ...(await prepared(INFERENCE)),
      root: join(directory, 'hub'),
      environment: { HF_MODEL_ID: 'org/model' },
      modelDir,
      onLog: (line) => lines.push(line),
    });
    expect((await exited).code).toBe(1);
    expect(lines.join('\n')).toContain('HF_MODEL_ID is not implemented on the local cloud');
  }, 600_000);

  test('a model whose task nobody knows ends the container', async () => {
    const unknown = join(directory, 'unknown');
    mkdirSync(unknown);
    writeFileSync(join(unknown, 'config.json'), '{"architectures": ["OtherModel"]}');
    const lines: string[] = [];
    const { exited } = startServingContainer({
      ...(await prepared(INFERENCE)),
      root: join(directory, 'fails'),
      environment: {},
      modelDir: unknown,
      onLog: (line) => lines.push(line),
    });
    expect((await exited).code).toBe(1);
    expect(lines.join('\n')).toContain('Use env `HF_TASK` to define your task');
  }, 600_000);
});

/** Without addresses of the process. */
function comparable(message: string): string {
  return message.replace(/0x[0-9a-f]+/, '');
}

/** An error as the worker gives it to the server: the text is the body. */
function textOfError({ status, contentType, body }: Answer): Answer {
  return status === 200
    ? { status, contentType, body }
    : { status, contentType: '', body: comparable(decoded(body)) };
}

/** An error as the server answers it: the text is in a document. */
function messageOfError({ status, contentType, body }: Answer): Answer {
  if (status === 200) return { status, contentType, body };
  const { message } = JSON.parse(decoded(body)) as { message: string };
  return { status, contentType: '', body: comparable(message) };
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
