import { featuresOfInputs, summaryOf } from '../../../../../lambda/domain/data/tensor-summary';
import { numbersIn } from '../../../../../lambda/domain/traffic/payload/answer-numbers';
import { RejectedRecord } from '../../../../../lambda/domain/traffic/payload/rejected-record';
import { rowsIn } from '../../../../../lambda/domain/traffic/payload/request-rows';
import { summarisedRows } from '../../../../../lambda/domain/traffic/payload/summarised-rows';
import { arrays } from '../../../../reference/npy.json';

const json = (document: unknown) => ({ data: JSON.stringify(document), encoding: 'JSON' as const });

const IMAGE = { name: 'image', rank: 2 };
const IMAGES = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [
    [0, 0, 1],
    [0, 2, 0],
  ],
];
const SUMMARIES = IMAGES.map((image) => summaryOf(image, 2));

// https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md and
// https://github.com/tensorflow/serving/blob/master/tensorflow_serving/g3doc/api_rest.md
test.each([
  [
    'tensors of the Open Inference Protocol, flat',
    json({ inputs: [{ name: 'image', shape: [2, 2, 3], datatype: 'FP32', data: IMAGES.flat(2) }] }),
  ],
  [
    'tensors of the Open Inference Protocol, in lists',
    json({ id: '7', inputs: [{ name: 'image', shape: [2, 2, 3], datatype: 'FP32', data: IMAGES }] }),
  ],
  ['instances', json({ instances: IMAGES })],
  ['instances with names', json({ instances: IMAGES.map((image) => ({ image })) })],
  ['instances that are rows of one cell', json({ instances: IMAGES.map((image) => [image]) })],
  ['inputs', json({ inputs: IMAGES })],
  ['inputs with names', json({ inputs: { image: IMAGES } })],
])('%s are summarised row by row', (_, request) => {
  expect(summarisedRows(request, [IMAGE])).toEqual(SUMMARIES);
});

test('an array of NumPy is summarised along its first axis', () => {
  const { npy, shape, values } = arrays.find((array) => array.shape.length === 3) as (typeof arrays)[number];
  const request = { data: npy, encoding: 'BASE64' as const, observedContentType: 'application/x-npy' };
  const [rows = 0, ...sizes] = shape;
  const found = summarisedRows(request, [{ name: 'x', rank: 2 }]);
  expect(found).toHaveLength(rows);
  const size = featuresOfInputs([{ name: 'x', rank: 2 }]).indexOf('x.size[0]');
  expect(found[0]?.slice(size)).toEqual(sizes);
  const sum = found.reduce((total, row) => total + Number(row[0]) * Number(row[1]), 0);
  expect(sum).toBeCloseTo(
    values.reduce<number>((total, value) => total + Number(value), 0),
    9,
  );
});

test('a row of CSV, or of numbers, is the vector of a model that takes one', () => {
  const inputs = [{ name: 'embedding', rank: 1 }];
  const summary = summaryOf([1, 0, -2.5], 1);
  expect(summarisedRows({ data: '1,0,-2.5\n', encoding: 'CSV' }, inputs)).toEqual([summary]);
  expect(summarisedRows(json({ instances: [[1, 0, -2.5]] }), inputs)).toEqual([summary]);
});

test('values stand beside tensors, in the order of the inputs', () => {
  const inputs = [{ name: 'text', rank: 0 }, IMAGE, { name: 'age', rank: 0 }];
  const [row] = summarisedRows(
    json({
      inputs: [
        { name: 'age', shape: [1], datatype: 'INT64', data: [41] },
        { name: 'image', shape: [1, 2, 3], datatype: 'FP32', data: IMAGES[0] },
        { name: 'text', shape: [1, 1], datatype: 'BYTES', data: ['a text'] },
      ],
    }),
    inputs,
  );
  expect(row).toEqual(['a text', ...(SUMMARIES[0] as number[]), 41]);
});

test('an input that a row lacks, or that has other dimensions, is missing', () => {
  const inputs = [IMAGE, { name: 'age', rank: 0 }];
  const [row = []] = summarisedRows(json({ instances: [{ image: [1, 2], age: [3] }] }), inputs);
  expect(row.length).toBe(featuresOfInputs(inputs).length);
  expect(row.every(Number.isNaN)).toBe(true);
});

test('a tensor whose elements do not fill its shape is rejected', () => {
  const request = json({ inputs: [{ name: 'image', shape: [2, 3], datatype: 'FP32', data: [1, 2] }] });
  expect(() => summarisedRows(request, [IMAGE])).toThrow(
    new RejectedRecord('content', "the tensor 'image' has the shape 2 x 3 and 2 elements"),
  );
});

test('tensors of rows count as opaque cells for those who read no summaries', () => {
  const request = json({ inputs: [{ name: 'image', shape: [2, 2, 3], datatype: 'FP32', data: IMAGES }] });
  expect(rowsIn(request)).toEqual([[Number.NaN], [Number.NaN]]);
});

test('the answer of the Open Inference Protocol is its output with floating-point numbers, or its first', () => {
  const label = { name: 'label', shape: [2], datatype: 'INT64', data: [1, 0] };
  const scores = { name: 'scores', shape: [2, 2], datatype: 'FP32', data: [0.1, 0.9, 0.6, 0.4] };
  expect(numbersIn(json({ model_name: 'm', outputs: [label, scores] }), 'answer')).toEqual(scores.data);
  expect(numbersIn(json({ outputs: [label] }), 'answer')).toEqual([1, 0]);
  const texts = { name: 'label', shape: [1], datatype: 'BYTES', data: ['cat'] };
  expect(() => numbersIn(json({ outputs: [texts] }), 'answer')).toThrow(RejectedRecord);
});
