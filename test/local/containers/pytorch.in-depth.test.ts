import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServingContainer, startServingContainer } from '../../../local/containers/serving-container';
import { startTrainingContainer, trainingPaths } from '../../../local/containers/training-container';
import { repositoryFile } from '../../repository-file';
import { type Answer, answersOfPackage, answerTo, prepared, rawRequest } from './package-answers';
import { healthy } from './serving-requests';
import { sourceArchive, temporaryDirectory } from './support';

const REGISTRY = '763104351884.dkr.ecr.us-east-1.amazonaws.com';
const TRAINING = `${REGISTRY}/pytorch-training:2.6.0-cpu-py312`;
const INFERENCE = `${REGISTRY}/pytorch-inference:2.6.0-cpu-py312`;

/** Learns that the answer is the sum of three columns, and saves TorchScript. */
const TRAIN = `
import os, torch
torch.manual_seed(7)
rows = torch.rand(200, 3)
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.LBFGS(model.parameters(), max_iter=50)
def closure():
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(rows), rows.sum(dim=1, keepdim=True))
    loss.backward()
    return loss
optimizer.step(closure)
torch.jit.script(model).save(os.path.join(os.environ['SM_MODEL_DIR'], 'model.pt'))
`;

const BODIES: readonly (readonly [string, string])[] = [
  ['text/csv', '1,2,3'],
  ['text/csv', '1,2,3\n4,5,6\n'],
  ['text/csv', 'a,b,c\n1,2,3\n4,5,6\n'],
  ['text/csv', '1,,3\n4,5,6\n'],
  ['text/csv', '1,late,3\n4,5,6\n'],
  ['text/csv', '1,2\n3,4\n'],
  // An empty CSV body ends torch 2.6.0 by SIGFPE here, with AWS's package alone, too.
  ['application/json', ''],
  ['text/csv; charset=utf-8', '1,2,3\n4,5,6\n'],
  ['TEXT/CSV', '1,2,3\n4,5,6\n'],
  ['text/csv', '1,2,3\n'.repeat(100_000)],
  ['application/json', '[1, 2, 3]'],
  ['application/json', '[[1, 2, 3], [4, 5, 6]]'],
  ['application/json', '{"inputs": [[1, 2, 3]]}'],
  ['application/json', '[[1, null, 3]]'],
  ['application/json', '[[1, 2'],
  ['application/json; charset=utf-8', '[[1, 2, 3]]'],
  ['application/jsonlines', '[1, 2, 3]\n[4, 5, 6]\n'],
  ['application/x-npy', npy([1, 2, 3, 4, 5, 6])],
  ['application/x-npy', 'not npy'],
  ['application/octet-stream', '1'],
];
const ACCEPTED = [
  'application/json',
  'text/csv',
  'application/x-npy',
  '*/*',
  'text/csv, image/png',
  'image/png',
];

// On Linux, where the index of PyTorch's CPU wheels cannot be reached, its libraries are 3 GB.
(process.env.IN_DEPTH_PYTORCH === '1' ? describe : describe.skip)('PyTorch', () => {
  const directory = temporaryDirectory();
  let container: ServingContainer;
  let python: string;
  let modelDir: string;
  beforeAll(async () => {
    const root = join(directory, 'job');
    const training = await prepared(TRAINING);
    const job = startTrainingContainer({
      ...training,
      root,
      image: TRAINING,
      environment: {},
      hyperparameters: { sagemaker_program: 'train.py' },
      channels: {},
      sourceArchive: sourceArchive(directory, { 'train.py': TRAIN }),
      onLog: () => undefined,
    });
    expect(await job.exited).toEqual({ code: 0, signal: null });
    modelDir = trainingPaths(root).model;
    const serving = await prepared(INFERENCE);
    python = serving.python;
    const options = { ...serving, environment: {}, modelDir, onLog: () => undefined };
    container = startServingContainer({ ...options, root: join(directory, 'endpoint') });
    await healthy(container);
  }, 1_800_000);
  afterAll(() => container?.kill());

  test("the local container answers each request as AWS's package does", async () => {
    const requests = [
      ...BODIES.map(([type, body]) => ({ headers: { 'Content-Type': type }, body })),
      ...ACCEPTED.map((accept) => ({
        headers: { 'Content-Type': 'text/csv', Accept: accept },
        body: '1,2,3\n4,5,6\n',
      })),
    ].map(({ headers, body }) => rawRequest(headers, Buffer.from(body, 'latin1')));
    const script = repositoryFile('test', 'local', 'containers', 'pytorch-answers.py');
    const published = answersOfPackage(python, script, modelDir, requests).map(comparable);
    const here = [];
    for (const each of requests) here.push(comparable(await answerTo(await container.port, each)));
    expect(here).toEqual(published);
    expect(published.filter(({ status }) => status === 200).length).toBeGreaterThan(10);
  });

  test('a model that no default loads ends the container', async () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'weights.bin'), 'x');
    const lines: string[] = [];
    const { exited } = startServingContainer({
      ...(await prepared(INFERENCE)),
      root: join(directory, 'fails'),
      environment: {},
      modelDir: empty,
      onLog: (line) => lines.push(line),
    });
    expect((await exited).code).toBe(1);
    expect(lines.join('\n')).toContain('Exactly one .pth or .pt file is required for PyTorch models');
  });
});

/** Of an error, its message without addresses: its traceback names the lines of the process. */
function comparable({ status, contentType, body }: Answer): Answer {
  if (status === 200) return { status, contentType, body };
  const [message = ''] = Buffer.from(body, 'base64').toString().split('\n');
  return { status, contentType, body: message.replace(/0x[0-9a-f]+/, '') };
}

/** Rows of three `float32` in the format of numpy. */
function npy(cells: readonly number[]): string {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${cells.length / 3}, 3), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const data = Buffer.from(new Float32Array(cells).buffer).toString('latin1');
  return `\x93NUMPY\x01\x00${String.fromCharCode(length, 0)}${header.padEnd(length - 1)}\n${data}`;
}
