import { quantileEdges } from '../../../../lambda/domain/data/bins';
import {
  type FeatureProfile,
  profileFrequencies,
  profileNumbers,
} from '../../../../lambda/domain/data/profile';
import { inferSignature } from '../../../../lambda/domain/model-signature/infer-signature';
import { parseModelSignature } from '../../../../lambda/domain/model-signature/model-signature';
import { servedGraph } from '../../../../lambda/domain/onnx/served-graph';
import reference from '../../../reference/onnx-graphs.json';

const numbers = (...values: number[]): FeatureProfile => profileNumbers(values, quantileEdges(values));
const categories = (...values: string[]): FeatureProfile =>
  profileFrequencies(new Map(values.map((value) => [value, 1])), 0);
const graph = (name: keyof typeof reference.served) =>
  servedGraph(Buffer.from(reference.served[name].onnx, 'base64'));

const ENCODERS = graph('a pipeline with encoders and imputers, an input for each column');
const FEATURES = {
  age: numbers(0, 41.5, Number.NaN, 90),
  country: categories('DE', 'FR'),
  plan: categories('basic'),
  visits: numbers(-3, 0, 8),
};
const BINARY = { type: 'binary' } as const;

describe('the signature of a model', () => {
  test('tells ranges, categories and optional columns by the data it was trained on', () => {
    const signature = inferSignature({ features: FEATURES, label: 'left', problem: BINARY });
    expect(signature).toEqual({
      version: 1,
      inputs: [
        { name: 'age', type: 'number', optional: true, range: { minimum: 0, maximum: 90 } },
        { name: 'country', type: 'category', optional: false, categories: ['DE', 'FR'] },
        { name: 'plan', type: 'category', optional: false, categories: ['basic'] },
        { name: 'visits', type: 'number', optional: false, range: { minimum: -3, maximum: 8 } },
      ],
      outputs: [{ name: 'left', type: 'probability' }],
    });
    expect(parseModelSignature(JSON.stringify(signature))).toEqual(signature);
  });

  test.each([[[5]], [[-0.1, 0.1]], [[1e300, 2e300]], [Array.from({ length: 5000 }, (_, i) => i / 7)]])(
    'tells the least value of a column to the bit',
    (values) => {
      const { inputs } = inferSignature({ features: { x: numbers(...values) }, problem: BINARY });
      expect(inputs[0]?.range).toEqual({ minimum: Math.min(...values), maximum: Math.max(...values) });
    },
  );

  test('calls a column a text if it has more values than a profile lists, and a date if the schema does', () => {
    const many = categories(...Array.from({ length: 2000 }, (_, index) => `street ${index}`));
    const { inputs } = inferSignature({
      features: { street: many, since: numbers(Number.NaN) },
      dates: ['since'],
      problem: BINARY,
    });
    expect(inputs).toEqual([
      { name: 'street', type: 'text', optional: false },
      { name: 'since', type: 'date', optional: false },
    ]);
  });

  test('takes whole numbers from the graph, whatever the order of its inputs', () => {
    const { inputs } = inferSignature({ features: FEATURES, problem: BINARY, graph: ENCODERS });
    expect(inputs.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'age number',
      'country category',
      'plan category',
      'visits integer',
    ]);
  });

  test('is told by the graph alone if no data came with the model', () => {
    expect(inferSignature({ features: {}, problem: BINARY, graph: graph('an image') }).inputs).toEqual([
      { name: 'image', type: 'tensor', optional: false, shape: [1, 2, 2] },
    ]);
    const named = graph('a classifier of three named classes, zipmap a list of dictionaries');
    expect(
      inferSignature({ features: {}, problem: { type: 'multiClass', classes: 3 }, graph: named }),
    ).toEqual({
      version: 1,
      inputs: [0, 1, 2].map((at) => ({ name: `X[${at}]`, type: 'number', optional: false })),
      outputs: [{ name: 'prediction', type: 'probabilities', classes: ['free', 'plus', 'pro'] }],
    });
    const two = graph('two outputs, a mean and its deviation');
    expect(inferSignature({ features: {}, problem: { type: 'regression' }, graph: two }).outputs).toEqual([
      { name: 'prediction', type: 'number' },
      // The graph does not tell how many.
      { name: 'GPcovstd', type: 'numbers' },
    ]);
  });

  const { age, country, plan, visits } = FEATURES;
  test.each<[string, Record<string, FeatureProfile>, RegExp]>([
    [
      'fewer columns',
      { age, country, plan },
      /takes 4 columns, but there are 3 features \(age, country, plan\)/,
    ],
    [
      'another column',
      { age, country, plan, calls: visits },
      /has no inputs for the features calls, but has some for age, country, plan/,
    ],
    [
      'a category for a number',
      { age: country, country, plan, visits },
      /'age' is a category, but the ONNX model's input 'age' takes float32/,
    ],
  ])('is refused if the graph takes other columns than the data have: %s', (_, features, message) => {
    expect(() => inferSignature({ features, problem: BINARY, graph: ENCODERS })).toThrow(message);
  });

  test('is refused if the graph has another number of classes than the problem', () => {
    const problem = { type: 'multiClass', classes: 4 } as const;
    const three = graph('a forest of three numbered classes, float64, zipmap off');
    expect(() => inferSignature({ features: {}, problem, graph: three })).toThrow(
      'the ONNX model answers with 3 numbers a row, but the problem has 4 classes',
    );
  });
});
