import { RejectedRecord } from '../../../../../lambda/domain/traffic/payload/rejected-record';
import { rowsIn } from '../../../../../lambda/domain/traffic/payload/request-rows';
import { arrays } from '../../../../reference/npy.json';

const COLUMNS = ['age', 'plan'];

const json = (document: unknown) => ({ data: JSON.stringify(document), encoding: 'JSON' as const });
const jsonLines = (...lines: unknown[]) => ({
  data: Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')).toString('base64'),
  encoding: 'BASE64' as const,
  observedContentType: 'application/jsonlines',
});
const npy = (data: string) => ({
  data,
  encoding: 'BASE64' as const,
  observedContentType: 'application/x-npy',
});

const TWO = [
  [1, 'pro'],
  [2, 'basic'],
];

// The names of the forms are those of https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/ and
// of SageMaker's "Common Data Formats for Inference".
test.each([
  ['rows', json(TWO)],
  ['instances', json({ instances: TWO })],
  ['instances with features', json({ instances: TWO.map((features) => ({ features })) })],
  [
    'instances with names, in another order and with one more',
    json({
      instances: [
        { plan: 'pro', age: 1, id: 7 },
        { age: 2, plan: 'basic' },
      ],
    }),
  ],
  [
    'records',
    json([
      { age: 1, plan: 'pro' },
      { age: 2, plan: 'basic' },
    ]),
  ],
  [
    'dataframe_split',
    json({
      dataframe_split: {
        index: [0, 1],
        columns: ['plan', 'age'],
        data: [
          ['pro', 1],
          ['basic', 2],
        ],
      },
    }),
  ],
  ['a split of pandas', json({ columns: COLUMNS, index: [0, 1], data: TWO })],
  [
    'dataframe_records',
    json({
      dataframe_records: [
        { age: 1, plan: 'pro' },
        { age: 2, plan: 'basic' },
      ],
    }),
  ],
  ['inputs', json({ inputs: TWO })],
  ['inputs by column', json({ inputs: { plan: ['pro', 'basic'], age: [1, 2] } })],
  ['JSON lines with names', jsonLines({ age: 1, plan: 'pro' }, { plan: 'basic', age: 2 })],
  ['JSON lines of rows', jsonLines(...TWO)],
])('reads %s', (_, recorded) => {
  expect(rowsIn(recorded, COLUMNS)).toEqual(TWO);
});

test('a name that is left out is missing, and one that is null is no number', () => {
  expect(rowsIn(json([{ plan: 'pro' }, { age: null, plan: 'pro' }]), COLUMNS)).toEqual([
    ['', 'pro'],
    [Number.NaN, 'pro'],
  ]);
});

test('reads a request of 200,000 columns', () => {
  const names = Array.from({ length: 200_000 }, (_, column) => `c${column}`);
  const inputs = Object.fromEntries(names.map((name, column) => [name, [column]]));
  expect(rowsIn(json({ inputs }), ['c199999', 'c0'])).toEqual([[199_999, 0]]);
});

test('a flat list is one row, unless the model has one column', () => {
  expect(rowsIn(json([1, 2]), COLUMNS)).toEqual([[1, 2]]);
  expect(rowsIn(json({ inputs: ['good', 'bad'] }), ['text'])).toEqual([['good'], ['bad']]);
  expect(rowsIn(json({ inputs: 'good' }), ['text'])).toEqual([['good']]);
});

test('reads arrays of NumPy: two axes are rows and columns, one is a row, and more are opaque', () => {
  const of = (...shape: number[]) =>
    rowsIn(npy(arrays.find((array) => String(array.shape) === String(shape))?.npy ?? ''), COLUMNS);
  expect(of(2, 3)).toEqual([
    [1.5, -2.25, 3],
    [4, Number.NaN, 6],
  ]);
  expect(of(3)).toEqual([[1, -2, 2 ** 53]]);
  expect(of(2, 3, 2)).toEqual([[Number.NaN], [Number.NaN]]);
});

test.each([
  [
    'names of which the model has none',
    json([{ height: 1 }]),
    'columns',
    /'height', of which .* 'age', 'plan'/,
  ],
  ['rows beside single values', json([[1, 'pro'], 2]), 'form', /both rows and single values/],
  ['a truth value', json(true), 'form', /captured input is not valid/],
  ['text that is not JSON', { data: '{', encoding: 'JSON' as const }, 'content', /is not JSON/],
  ['a broken array', npy(Buffer.from('x').toString('base64')), 'content', /NumPy array/],
  [
    'an image',
    { ...npy('eA=='), observedContentType: 'image/png' },
    'contentType',
    /'image\/png', which is not/,
  ],
])('rejects %s, with its reason', (_, recorded, rejection, problem) => {
  const reject = () => rowsIn(recorded, COLUMNS);
  expect(reject).toThrow(RejectedRecord);
  expect(reject).toThrow(expect.objectContaining({ rejection, message: expect.stringMatching(problem) }));
});
