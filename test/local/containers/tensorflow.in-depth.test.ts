import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServingContainer, startServingContainer } from '../../../local/containers/serving-container';
import { startTrainingContainer, trainingPaths } from '../../../local/containers/training-container';
import { answerTo, prepared, rawRequest } from './package-answers';
import { healthy } from './serving-requests';
import { sourceArchive, temporaryDirectory } from './support';

const REGISTRY = '763104351884.dkr.ecr.us-east-1.amazonaws.com';
const TRAINING = `${REGISTRY}/tensorflow-training:2.19.0-cpu-py312`;
const INFERENCE = `${REGISTRY}/tensorflow-inference:2.19.0-cpu`;

/** Saves a model that adds three columns, with a second signature of strings. */
const TRAIN = `
import os, tensorflow as tf
class Adder(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name='rows')])
    def add(self, rows): return {'sum': tf.matmul(rows, tf.ones((3, 1)))}
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name='text'), tf.TensorSpec([None], tf.int64, name='times')])
    def repeat(self, text, times): return {'upper': tf.strings.upper(text), 'raw_bytes': text, 'twice': times * 2}
model = Adder()
signatures = {'serving_default': model.add, 'repeat': model.repeat}
tf.saved_model.save(model, os.path.join(os.environ['SM_MODEL_DIR'], '1'), signatures=signatures)
`;

const SCRIPT = `
import json, rows_of_csv
def input_handler(data, context):
    assert context.request_content_type == 'text/csv', context.request_content_type
    return json.dumps({'instances': rows_of_csv.read(data.read().decode())})
def output_handler(response, context):
    if response.status_code != 200: raise ValueError(response.content.decode())
    return ''.join('%s\\n' % row[0] for row in response.json()['predictions']), context.accept_header
`;
const LIBRARY = "def read(text): return [[float(cell) for cell in row.split(',')] for row in text.split()]\n";

// Its libraries are 1.5 GB.
(process.env.IN_DEPTH_TENSORFLOW === '1' ? describe : describe.skip)('TensorFlow', () => {
  const directory = temporaryDirectory();
  const containers: ServingContainer[] = [];
  let modelDir: string;
  let plain: ServingContainer;
  beforeAll(async () => {
    const root = join(directory, 'job');
    const log: string[] = [];
    const job = startTrainingContainer({
      ...(await prepared(TRAINING)),
      root,
      image: TRAINING,
      environment: {},
      hyperparameters: { sagemaker_program: 'train.py' },
      channels: {},
      sourceArchive: sourceArchive(directory, { 'train.py': TRAIN }),
      onLog: (line) => log.push(line),
    });
    expect([await job.exited, log.slice(-5)]).toEqual([{ code: 0, signal: null }, expect.anything()]);
    modelDir = trainingPaths(root).model;
    plain = await start('plain');
    await healthy(plain);
  }, 1_800_000);
  afterAll(() => Promise.all(containers.map((each) => each.kill())));

  async function start(name: string, onLog: (line: string) => void = () => undefined) {
    const options = { ...(await prepared(INFERENCE)), environment: {}, modelDir, onLog };
    containers.push(startServingContainer({ ...options, root: join(directory, name) }));
    return containers.at(-1) as ServingContainer;
  }

  async function answer(container: ServingContainer, headers: Record<string, string>, body: string) {
    const {
      status,
      contentType,
      body: content,
    } = await answerTo(await container.port, rawRequest(headers, Buffer.from(body)));
    return { status, contentType, text: Buffer.from(content, 'base64').toString() };
  }

  test.each([
    ['text/csv', '1,2,3\n4,5,6\n', [[6], [15]]],
    ['application/json', '{"instances": [[1, 2, 3]]}', [[6]]],
    ['application/jsonlines', '[1, 2, 3]\n[4, 5, 6]\n', [[6], [15]]],
  ])('answers rows of %s without a script', async (type, body, predictions) => {
    const { status, contentType, text } = await answer(plain, { 'Content-Type': type }, body);
    expect([status, contentType, JSON.parse(text)]).toEqual([200, 'application/json', { predictions }]);
  });

  test('answers by a signature that the request names, in rows and columns', async () => {
    const ask = (content: object) =>
      answer(
        plain,
        { 'Content-Type': 'application/json' },
        JSON.stringify({ signature_name: 'repeat', ...content }),
      );
    expect(JSON.parse((await ask({ instances: [{ text: 'a', times: 3 }] })).text)).toEqual({
      predictions: [{ upper: 'A', raw_bytes: { b64: 'YQ==' }, twice: 6 }],
    });
    expect(JSON.parse((await ask({ inputs: { text: ['b'], times: [4] } })).text)).toEqual({
      outputs: { upper: ['B'], raw_bytes: [{ b64: 'Yg==' }], twice: [8] },
    });
  });

  test.each([
    ['text/csv', '1,,3\n', 400, /JSON Parse error: Invalid value. at offset: 17/],
    ['text/csv', 'a,b,c\n', 400, /Type: String is not of expected type: float/],
    ['text/csv', '1,2\n', 400, /shape/],
    ['application/json', '{"signature_name": "no", "instances": [1]}', 400, /"no\\" not found in signature/],
    ['text/csv; charset=utf-8', '1,2,3\n', 415, /Unsupported Media Type: text\/csv; charset=utf-8/],
  ])('refuses %s %j by the status of the image', async (type, body, status, message) => {
    const refused = await answer(plain, { 'Content-Type': type }, body);
    expect([refused.status, refused.text]).toEqual([status, expect.stringMatching(message)]);
  });

  test('runs the script of the archive, with the packages of code/lib', async () => {
    mkdirSync(join(modelDir, 'code', 'lib'), { recursive: true });
    writeFileSync(join(modelDir, 'code', 'inference.py'), SCRIPT);
    writeFileSync(join(modelDir, 'code', 'lib', 'rows_of_csv.py'), LIBRARY);
    const container = await healthy(await start('scripted'));
    const headers = { 'Content-Type': 'text/csv', Accept: 'text/csv' };
    expect(await answer(container, headers, '1,2,3\n4,5,6\n')).toEqual({
      status: 200,
      contentType: 'text/csv',
      text: '6.0\n15.0\n',
    });
    expect(await answer(container, headers, '1,late,3\n')).toMatchObject({
      status: 500,
      text: expect.stringContaining('could not convert string to float'),
    });
  }, 600_000);

  test('an archive without a SavedModel ends the container', async () => {
    modelDir = join(directory, 'empty');
    mkdirSync(modelDir);
    const lines: string[] = [];
    const { exited } = await start('fails', (line) => lines.push(line));
    expect((await exited).code).toBe(1);
    expect(lines.join('\n')).toContain('no SavedModel bundles found!');
  }, 600_000);
});
