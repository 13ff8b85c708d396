import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import { startServingContainer } from '../../../local/containers/serving-container';
import { startTrainingContainer, trainingPaths } from '../../../local/containers/training-container';
import { packedSource } from '../../lib/packed-source';
import { lineWaiter, temporaryDirectory } from '../../local/containers/support';
import { repositoryFile } from '../../repository-file';

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
const directory = temporaryDirectory();
const data = join(directory, 'data');
let prepare: (...args: string[]) => { status: number | null; stdout: string; stderr: string };
let python: string;
let archive: string;

beforeAll(async () => {
  // The readers of Parquet are ES modules, which need a process of their own here.
  const program = join(directory, 'prepare-data.js');
  buildSync({
    entryPoints: [repositoryFile('examples', 'flights', 'prepare-data.ts')],
    bundle: true,
    platform: 'node',
    external: ['vega-datasets'],
    outfile: program,
  });
  prepare = (...args) =>
    spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: { ...process.env, NODE_PATH: repositoryFile('node_modules') },
    });
  python = (await ensurePythonEnvironment()).python;
  archive = packedSource(directory, repositoryFile('examples', 'flights', 'source'));
  const { status, stderr } = prepare('--out', data, '--every', '100');
  if (status !== 0) throw new Error(stderr);
}, 300_000);

function train(hyperparameters: Record<string, string> = {}, csv?: string) {
  const root = mkdtempSync(join(directory, 'job-'));
  const paths = trainingPaths(root);
  mkdirSync(paths.channel('train'), { recursive: true });
  const file = join(paths.channel('train'), 'flights-2001-01.csv');
  if (csv === undefined) cpSync(join(data, 'flights-2001-01.csv'), file);
  else writeFileSync(file, csv);
  const log = lineWaiter(/$^/);
  const container = startTrainingContainer({
    root,
    image: IMAGE,
    environment: {},
    hyperparameters: {
      sagemaker_program: '"model_pipeline/train.py"',
      sagemaker_submit_directory: '"s3://b/k"',
      ...hyperparameters,
    },
    channels: { train: {} },
    sourceArchive: archive,
    python,
    onLog: log.onLog,
  });
  return { container, paths, log };
}

test('the months are written in order of departure, and only once', () => {
  const [header, ...rows] = readFileSync(join(data, 'flights-2001-02.csv'), 'utf8').trim().split('\n');
  expect(header?.split(',')[0]).toBe('late');
  // February has 458,170 flights in the source
  expect(Math.abs(rows.length - 4_582)).toBeLessThanOrEqual(1);
  expect(
    rows.every(
      (row) => row.split(',').length === 11 && row.split(',').every((cell) => Number.isFinite(Number(cell))),
    ),
  ).toBe(true);
  const written = statSync(join(data, 'flights-2001-02.csv')).mtimeMs;
  expect(prepare('--out', data, '--every', '100').stdout).toContain('up to date');
  expect(statSync(join(data, 'flights-2001-02.csv')).mtimeMs).toBe(written);
});

test('a sample of none is refused', () => {
  expect(prepare('--out', data, '--every', '0')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("'every' must be a positive integer, got 0"),
  });
});

test('training tells its measures and is reproducible', async () => {
  const [first, second] = [train(), train()];
  expect((await first.container.exited).code).toBe(0);
  expect((await second.container.exited).code).toBe(0);
  const auc = /^validation:auc=(0\.\d{4});$/m.exec(first.log.lines.join('\n'))?.[1];
  expect(Number(auc)).toBeGreaterThan(0.5);
  expect(
    readFileSync(join(first.paths.model, 'model.onnx')).equals(
      readFileSync(join(second.paths.model, 'model.onnx')),
    ),
  ).toBe(true);
}, 600_000);

test.each([
  ['one class', 'late,hour\n0,1\n0,2\n', 'one class only'],
  ['a missing value', 'late,hour\n0,1\n1,\n', "missing or infinite values in the columns ['hour']"],
  ['text', 'late,hour\n0,1\n1,noon\n', 'not a number'],
  ['no label', 'hour,late\n1,0\n2,1\n', "'late' first"],
])('training data with %s fails the job with the reason', async (_name, csv, reason) => {
  const { container, paths } = train({}, csv);
  expect((await container.exited).code).toBe(1);
  expect(readFileSync(paths.failure, 'utf8')).toContain(reason);
});

describe('the served model', () => {
  let model: string;
  let kill: () => Promise<unknown>;
  let invoke: (body: string | Uint8Array, headers?: Record<string, string>) => Promise<Response>;
  const log = lineWaiter(/$^/);
  const rows = () =>
    readFileSync(join(data, 'flights-2001-02.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1, 501)
      .map((row) => row.split(',').slice(1).join(','));

  beforeAll(async () => {
    const { container, paths } = train();
    await container.exited;
    model = paths.model;
    const serving = startServingContainer({
      root: join(directory, 'endpoint'),
      environment: {},
      modelDir: model,
      python,
      onLog: log.onLog,
    });
    kill = serving.kill;
    const address = `http://127.0.0.1:${await serving.port}`;
    while ((await fetch(`${address}/ping`)).status !== 200);
    invoke = (body, headers) =>
      fetch(`${address}/invocations`, {
        method: 'POST',
        body: body as RequestInit['body'],
        headers: { 'content-type': 'text/csv', accept: 'text/csv', ...headers },
      });
  }, 600_000);
  afterAll(() => kill());

  test('answers what the saved model and its ONNX form say of the same rows', async () => {
    const served = (await (await invoke(rows().join('\n'))).text()).trim().split('\n').map(Number);
    const script = `
import joblib, json, numpy as np, sys
from onnx.reference import ReferenceEvaluator
x = np.array(json.load(sys.stdin), dtype='float32')
print(json.dumps(joblib.load(sys.argv[1] + '/model.joblib').predict_proba(x)[:, 1].tolist()))
session = ReferenceEvaluator(sys.argv[1] + '/model.onnx')
names = session.output_names
print(json.dumps(session.run(None, {session.input_names[0]: x[:50]})[names.index('probabilities')][:, 1].tolist()))`;
    const input = JSON.stringify(rows().map((row) => row.split(',').map(Number)));
    const [saved, onnx] = execFileSync(python, ['-c', script, model], { input, encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    expect(served).toEqual(saved);
    expect(Math.max(...(onnx ?? [1]).map((value, i) => Math.abs(value - (served[i] ?? 0))))).toBeLessThan(
      1e-5,
    );
  }, 600_000);

  test('answers the same in JSON', async () => {
    const [row = ''] = rows();
    const csv = Number(await (await invoke(row)).text());
    const json = await invoke(JSON.stringify({ instances: [row.split(',').map(Number)] }), {
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(await json.json()).toEqual({ predictions: [csv] });
  });

  const nine = '1,1,1,1,1,1,1,1,1';
  test.each<[string, string | Uint8Array, string, string]>([
    ['too few columns', nine, 'text/csv', 'rows have 9 columns, the model takes 10'],
    ['too many columns', `${nine},1,1`, 'text/csv', 'rows have 11 columns'],
    ['rows of different lengths', `${nine},1\n${nine}`, 'text/csv', 'different numbers of columns'],
    ['NaN', `${nine},NaN`, 'text/csv', "row 1, column 10 is not a finite number: 'NaN'"],
    ['a number beyond float32', `${nine},1e39`, 'text/csv', 'not a finite number'],
    ['a word', `${nine},ORD`, 'text/csv', "not a number: 'ORD'"],
    ['an empty cell', `${nine},`, 'text/csv', "not a number: ''"],
    ['an empty body', '', 'text/csv', 'the body is empty'],
    [
      'bytes that are not UTF-8',
      Uint8Array.of(0xff, 0xfe, 0x31),
      'text/csv',
      "not a number: '\ufffd\ufffd1'",
    ],
    ['JSON that is cut', '[[1,', 'application/json', 'not JSON'],
    ['JSON without rows', '{"rows": 1}', 'application/json', 'instances'],
    ['null in JSON', '[[null,1,1,1,1,1,1,1,1,1]]', 'application/json', 'not a number: None'],
    ['another content type', nine, 'application/x-npy', 'not supported'],
  ])(
    'refuses %s, and logs why: the image answers 500 to every error of a script',
    async (_name, body, contentType, why) => {
      log.lines.length = 0;
      expect((await invoke(body, { 'content-type': contentType })).status).toBe(500);
      await log.holding(why);
    },
  );

  test('refuses to answer in a form that it does not have', async () => {
    log.lines.length = 0;
    expect((await invoke(`${nine},1`, { accept: 'image/png' })).status).toBe(500);
    await log.holding("'image/png' cannot be returned");
  });
});
