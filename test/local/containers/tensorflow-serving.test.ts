import { execFileSync } from 'node:child_process';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import recorded from '../../reference/tensorflow-front.json';
import { repositoryFile } from '../../repository-file';

interface Tensors {
  readonly types: Readonly<Record<string, string>>;
  readonly request: unknown;
  /** What the message of TensorFlow Serving contains, or the arrays by name: shape and values. */
  readonly expected: string | Readonly<Record<string, readonly [readonly number[], readonly unknown[]]>>;
}

/** tensorflow_serving/util/json_tensor_test.cc */
const TENSORS: readonly Tensors[] = [
  {
    types: { default: 'int32' },
    request: {
      instances: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    expected: {
      default: [
        [3, 2],
        [1, 2, 3, 4, 5, 6],
      ],
    },
  },
  {
    types: { default: 'float64' },
    request: { instances: [1.0, 2, 3, 4, 0.662, 0, 0.0] },
    expected: { default: [[7], [1, 2, 3, 4, 0.662, 0, 0]] },
  },
  {
    types: { default: 'float32' },
    request: '{"instances": [1435774380]} and more',
    expected: { default: [[1], [1435774336]] },
  },
  {
    types: { default: 'string' },
    request: { instances: [[{ b64: 'aGVsbG8=' }], [{ b64: 'd29ybGQ=' }]] },
    expected: {
      default: [
        [2, 1],
        ['hello', 'world'],
      ],
    },
  },
  {
    types: { int_tensor: 'int32', str_tensor: 'string' },
    request: { instances: [{ int_tensor: [[1, 2]], str_tensor: ['foo', 'bar'] }] },
    expected: {
      int_tensor: [
        [1, 1, 2],
        [1, 2],
      ],
      str_tensor: [
        [1, 2],
        ['foo', 'bar'],
      ],
    },
  },
  {
    types: { default: 'int32' },
    request: {
      inputs: [
        [1, 2],
        [3, 4],
      ],
    },
    expected: {
      default: [
        [2, 2],
        [1, 2, 3, 4],
      ],
    },
  },
  // `Tensor::FromProto` of tensorflow/core/framework/tensor.cc
  { types: { default: 'uint8' }, request: { inputs: [300, -1] }, expected: { default: [[2], [44, 255]] } },
  { types: { default: 'int32' }, request: '', expected: 'document is empty' },
  {
    types: { default: 'int32' },
    request: { signature_name: 5, instances: [[1, 2]] },
    expected: 'must be a string value',
  },
  {
    types: { default: 'int32' },
    request: { instances: [[1, 2]], inputs: [[1, 2]] },
    expected: 'Not formatted correctly',
  },
  {
    types: { default: 'int32' },
    request: {
      instances: [
        [1, 2],
        [3, 4],
        [5, 6, 7],
      ],
    },
    expected: 'Expecting tensor size',
  },
  { types: { default: 'int32' }, request: { instances: [[1, 2], [[5, 6]]] }, expected: 'Expecting shape' },
  { types: { default: 'int32' }, request: { instances: [1, [1]] }, expected: 'Expecting shape' },
  {
    types: { default: 'int32' },
    request: {
      instances: [
        [1, 2],
        ['a', 'b'],
      ],
    },
    expected: 'JSON Value: "a" Type: String is not of expected type: int32',
  },
  {
    types: { int_tensor: 'int32', str_tensor: 'string' },
    request: { instances: [{ int_tensor: [1], str_tensor: ['foo'] }, [1, 20]] },
    expected: 'Expecting object but got list',
  },
  {
    types: { str_tensor: 'string' },
    request: { instances: [['baz', 'bar'], { str_tensor: ['baz', 'bar'] }] },
    expected: 'Expecting value/list but got object',
  },
  {
    types: { default: 'int32' },
    request: '{"instances": [1, 2',
    expected: 'Missing a comma or ] after an array',
  },
  { types: { default: 'int32' }, request: { rows: [1] }, expected: "Missing 'inputs' or 'instances' key" },
];

/** `MakeJsonFromTensors`, as https://www.tensorflow.org/tfx/serving/api_rest prints its answers. */
const TEXTS = [
  {
    outputs: { y: [[2.5, 1 / 3, 9e6, 1e-7], 'float32'] },
    isRow: true,
    expected: '{\n    "predictions": [2.5, 0.333333343, 9e+06, 1e-07\n    ]\n}',
  },
  {
    outputs: { y: [[[1], [0.1]], 'float64'] },
    isRow: false,
    expected:
      '{\n    "outputs": [\n        [\n            1.0\n        ],\n        [\n            0.1\n        ]\n    ]\n}',
  },
  {
    outputs: { a: [[1, 2], 'int64'], b: [[[true], [false]], 'bool'] },
    isRow: true,
    expected: `{\n    "predictions": [${[
      ['1', 'true'],
      ['2', 'false'],
    ]
      .map(([a, b]) => `\n        {\n            "a": ${a},\n            "b": [${b}]\n        }`)
      .join(',')}\n    ]\n}`,
  },
] as const;

interface Answers {
  readonly front: readonly unknown[];
  readonly tensors: readonly { readonly error?: string; readonly arrays?: unknown }[];
  readonly texts: readonly string[];
}

const FRONT = Object.entries(recorded.images).flatMap(([version, cases]) =>
  cases.map((each) => ({ version, ...each })),
);
let answers: Answers;
beforeAll(async () => {
  const { python } = await ensurePythonEnvironment();
  const input = JSON.stringify({
    front: FRONT.map((each) => ({
      ...each,
      isStrict: each.version === '2.20',
      reply: recorded.replies['reply' in each ? 'bad' : 'good'],
    })),
    tensors: TENSORS.map(({ types, request }) => ({
      types,
      request: typeof request === 'string' ? request : JSON.stringify(request),
    })),
    texts: TEXTS,
  });
  const script = repositoryFile('test', 'local', 'containers', 'tensorflow-answers.py');
  const toolkit = repositoryFile('local', 'containers', 'sagemaker_toolkit');
  answers = JSON.parse(execFileSync(python, [script, toolkit], { input }).toString()) as Answers;
}, 300_000);

test("the local container makes of requests and answers what nginx of AWS's TensorFlow images does", () => {
  const published = FRONT.map((each) => ({
    ...('sent' in each && { sent: each.sent }),
    answer: each.answer,
  }));
  expect(answers.front).toEqual(published);
  expect(published.filter(({ sent }) => sent).length).toBeGreaterThan(50);
});

test('tensors are read from JSON as the tests of TensorFlow Serving expect it, or refused with its messages', () => {
  for (const [at, { expected }] of TENSORS.entries()) {
    const { arrays, error } = answers.tensors[at] ?? {};
    if (typeof expected === 'string') expect(error).toContain(expected);
    else expect(arrays).toEqual(expected);
  }
});

test('tensors are written as TensorFlow Serving writes them, rows in one line and columns value by value', () => {
  expect(answers.texts).toEqual(TEXTS.map(({ expected }) => expected));
});
