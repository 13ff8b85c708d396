import type { ServingContainer } from '../../../local/containers/serving-container';
import models from '../../reference/onnx-models.json';
import { type Answer, answerTo, prepared, rawRequest } from './package-answers';
import { healthy, serve } from './serving-requests';
import { temporaryDirectory } from './support';

const IMAGE = '763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-tritonserver:26.05-py3-cpu';
const BINARY = 'application/vnd.sagemaker-triton.binary+json;json-header-size=';
const ONNX = Buffer.from(models.regressor.onnx, 'base64');
const ROWS = models.rows as number[][];
const { predictions } = models.regressor;
const MODEL_NAME = { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'price' };
const CONFIG = `
platform: "onnxruntime_onnx"
max_batch_size: 8
input [ { name: "X" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "variable" data_type: TYPE_FP32 dims: [ 1 ] } ]
`;

const directory = temporaryDirectory();
const containers: ServingContainer[] = [];
let image: Awaited<ReturnType<typeof prepared>>;
let configured: ServingContainer;
beforeAll(async () => {
  image = await prepared(IMAGE);
  configured = await healthy(
    start({ 'price/config.pbtxt': CONFIG, 'price/1/model.onnx': 'not read', 'price/2/model.onnx': ONNX }),
  );
}, 600_000);
afterAll(() => Promise.all(containers.map((each) => each.kill())));

function start(
  files: Readonly<Record<string, string | Buffer>>,
  options: Parameters<typeof serve>[2] | object = {},
): ServingContainer {
  containers.push(serve(directory, files, { ...image, environment: MODEL_NAME, ...options }));
  return containers.at(-1) as ServingContainer;
}

async function ask(
  container: ServingContainer,
  body: object | Buffer,
  contentType = 'application/json',
): Promise<Answer> {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return answerTo(await container.port, rawRequest({ 'Content-Type': contentType }, content));
}

const deep = (levels: number): unknown[] => {
  let list: unknown[] = [1];
  for (let level = 1; level < levels; level++) list = [list];
  return list;
};
const documentOf = ({ body }: Answer) => JSON.parse(Buffer.from(body, 'base64').toString());
const input = (rows: readonly (readonly number[])[], more: object = {}) => ({
  name: 'X',
  datatype: 'FP32',
  shape: [rows.length, 3],
  data: rows.flat(),
  ...more,
});

describe('a model of a Triton repository in ONNX', () => {
  test.each(['application/json', 'application/octet-stream'])(
    'answers tensors in JSON that come as %s',
    async (type) => {
      const answer = await ask(configured, { id: '7', inputs: [input(ROWS)] }, type);
      expect([answer.status, answer.contentType]).toEqual([200, 'application/json']);
      const { outputs, ...document } = documentOf(answer);
      expect(document).toEqual({ id: '7', model_name: 'price', model_version: '2' });
      expect(outputs).toEqual([
        { name: 'variable', datatype: 'FP32', shape: [ROWS.length, 1], data: expect.any(Array) },
      ]);
      for (const [at, value] of predictions.entries()) expect(outputs[0].data[at]).toBeCloseTo(value, 5);
    },
  );

  test('answers binary tensors, and tells the size of the JSON before them', async () => {
    const data = Buffer.from(new Float32Array(ROWS.flat()).buffer);
    const { data: _, ...tensor } = input(ROWS);
    const header = Buffer.from(
      JSON.stringify({
        inputs: [{ ...tensor, parameters: { binary_data_size: data.length } }],
        outputs: [{ name: 'variable', parameters: { binary_data: true } }],
      }),
    );
    const answer = await ask(configured, Buffer.concat([header, data]), `${BINARY}${header.length}`);
    expect([answer.status, answer.contentType]).toEqual([
      200,
      expect.stringMatching(/json-header-size=\d+$/),
    ]);
    const content = Buffer.from(answer.body, 'base64');
    const size = Number(answer.contentType.slice(BINARY.length));
    expect(JSON.parse(content.subarray(0, size).toString()).outputs[0].parameters).toEqual({
      binary_data_size: 4 * ROWS.length,
    });
    expect(content.length).toBe(size + 4 * ROWS.length);
    for (const [at, value] of predictions.entries())
      expect(content.readFloatLE(size + 4 * at)).toBeCloseTo(value, 5);
  });

  // src/infer_request.cc and src/model.cc of triton-inference-server/core; src/http_server.cc of .../server
  test.each<[string, object | Buffer, RegExp]>([
    ['without inputs', {}, /^Unable to parse 'inputs'$/],
    [
      'of another shape',
      { inputs: [{ ...input([]), shape: [1, 2], data: [1, 2] }] },
      /^\[request id: <id_unknown>\] unexpected shape for input 'X' for model 'price'. Expected \[-1,3\], got \[1,2\]. NOTE: /,
    ],
    [
      'of another data type',
      { id: '9', inputs: [{ ...input(ROWS), datatype: 'FP64' }] },
      /^\[request id: 9\] inference input 'X' data-type is 'FP64', but model 'price' expects 'FP32'$/,
    ],
    [
      'with an input of another name',
      { inputs: [{ ...input(ROWS), name: 'Y' }] },
      /^unexpected inference input 'Y' for model 'price'$/,
    ],
    [
      'with more rows than a batch',
      { inputs: [input(Array.from({ length: 9 }, () => [1, 2, 3]))] },
      /inference request batch-size must be <= 8 for 'price'$/,
    ],
    [
      'with fewer numbers than its shape',
      { inputs: [{ ...input(ROWS), data: [1, 2] }] },
      /^Failed to parse 'data' field: shape does not match true shape$/,
    ],
    [
      'with text in the place of numbers',
      { inputs: [{ ...input([[1, 2, 3]]), data: [1, 'late', 3] }] },
      /^Unable to parse 'data': attempt to access JSON non-number as double$/,
    ],
    ['that is a list', [input(ROWS)], /^Unable to parse 'inputs'$/],
    ['whose inputs are no objects', { inputs: [1] }, /^Input must set only one .* But no field is set$/],
    ['whose id is no text', { id: 7, inputs: [input(ROWS)] }, /^Unable to parse 'id'$/],
    ['whose outputs are no list', { inputs: [input(ROWS)], outputs: 7 }, /^Unable to parse 'outputs'$/],
    ['whose outputs are no objects', { inputs: [input(ROWS)], outputs: [7] }, /^Unable to parse 'name'$/],
    [
      'whose parameters are no objects',
      { parameters: 5, inputs: [input([[1, 2]], { parameters: [] })] },
      /^Failed to parse 'data' field: shape does not match true shape$/,
    ],
    [
      'that chooses binary outputs by a number',
      { parameters: { binary_data_output: 1 }, inputs: [input(ROWS)] },
      /^Unable to parse 'binary_data_output'$/,
    ],
    [
      'of a deep list',
      { inputs: [{ ...input([[1, 2, 3]]), data: deep(900) }] },
      /^Failed to parse 'data' field: shape does not match true shape$/,
    ],
    [
      'of a deeper list than JSON parsers follow',
      Buffer.from(`{"inputs":${'['.repeat(100_000)}`),
      /^failed to parse the request JSON buffer: /,
    ],
    [
      'of integers that wrap',
      { inputs: [{ ...input([[1, 2, 3]]), datatype: 'INT8', data: [300, -1, 0] }] },
      /data-type is 'INT8', but model 'price' expects 'FP32'$/,
    ],
    [
      'of an integer of more than 64 bits',
      Buffer.from('{"inputs":[{"name":"X","datatype":"INT64","shape":[1],"data":[9223372036854775808]}]}'),
      /^Unable to parse 'data': attempt to access JSON non-signed-integer as signed-integer$/,
    ],
  ])('refuses a request %s', async (_name, body, message) => {
    const answer = await ask(configured, body);
    expect([answer.status, documentOf(answer)]).toEqual([400, { error: expect.stringMatching(message) }]);
  });

  test('takes at most 4 rows a request if its repository has no configuration', async () => {
    const container = await healthy(start({ 'price/1/model.onnx': ONNX }));
    expect(await ask(container, { inputs: [input(ROWS.slice(0, 4))] })).toMatchObject({ status: 200 });
    expect(documentOf(await ask(container, { inputs: [input([...ROWS, ...ROWS].slice(0, 5))] }))).toEqual({
      error: "[request id: <id_unknown>] inference request batch-size must be <= 4 for 'price'",
    });
  }, 60_000);

  test.each<[string, Readonly<Record<string, string | Buffer>>, RegExp]>([
    [
      'has its configuration at the top',
      { 'config.pbtxt': CONFIG, '1/model.onnx': ONNX },
      /Incorrect directory structure. Model directory needs to contain the top level folder/,
    ],
    [
      'has another model',
      { 'rate/1/model.onnx': ONNX },
      /SAGEMAKER_TRITON_DEFAULT_MODEL_NAME price does not exist/,
    ],
    [
      'needs another backend',
      { 'price/config.pbtxt': 'backend: "python"', 'price/1/model.py': '' },
      /the model price needs python: the local cloud serves Triton's models in ONNX only/,
    ],
    [
      'has a configuration of another type than the model',
      { 'price/config.pbtxt': CONFIG.replace('TYPE_FP32', 'TYPE_FP64'), 'price/1/model.onnx': ONNX },
      /configuration expects datatype TYPE_FP64 for input 'X', model provides TYPE_FP32/,
    ],
    [
      'has a configuration of another shape than the model',
      { 'price/config.pbtxt': CONFIG.replace('dims: [ 3 ]', 'dims: [ 4 ]'), 'price/1/model.onnx': ONNX },
      /the model expects 2 dimensions \(shape \[-1,3\]\) but the model configuration specifies 2 dimensions/,
    ],
    [
      'has a configuration that cannot be read',
      { 'price/config.pbtxt': 'max_batch: 3', 'price/1/model.onnx': ONNX },
      /failed to read text proto from .*config.pbtxt/,
    ],
  ])(
    'ends the container if the archive %s',
    async (_name, files, message) => {
      const lines: string[] = [];
      const { exited } = start(files, { onLog: (line: string) => lines.push(line) });
      expect((await exited).code).toBe(1);
      expect(lines.join('\n')).toMatch(message);
    },
    60_000,
  );
});
