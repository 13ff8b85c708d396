/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import type { ModelSignature } from '../../../contracts/model-signature';
import { parseCapture } from '../../../lambda/domain/traffic/capture';
import { FixedRoute } from '../../../lambda/inference/fixed-route';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import type { Rows } from '../../../lambda/inference/rows';
import type { Inference } from '../../../lambda/serverless-inference/infer';
import reference from '../../reference/onnx-graphs.json';
import { InferenceWorld, infer, writeRecords } from './inference-world';

interface Served {
  readonly onnx: string;
  readonly rows: Rows;
  /** Names of the columns, if the graph tells them. */
  readonly columns?: readonly string[];
  readonly predictions: readonly (number | string | number[])[];
  readonly probabilities?: readonly number[][];
  readonly classes?: readonly (number | string)[];
  readonly outputs?: Readonly<Record<string, readonly number[]>>;
  readonly tolerance?: number;
}

const served = reference.served as unknown as Readonly<Record<string, Served>>;
const ENCODERS = served['a pipeline with encoders and imputers, an input for each column'] as Served;
const NAMED = served['a classifier of three named classes, zipmap a list of dictionaries'] as Served;

describe('the Lambda function', () => {
  let world: InferenceWorld;
  beforeEach(() => {
    world = new InferenceWorld();
  });

  /** An instance that answers with this model. */
  function instance(onnx: string, signature?: ModelSignature) {
    return {
      ...world.instance(),
      routing: new FixedRoute({ modelVersion: '7', variant: 'AllTraffic' }),
      models: new LoadedModels({ read: async () => ({ onnx: Buffer.from(onnx, 'base64'), signature }) }),
    };
  }

  async function answer(onnx: string, event: object): Promise<Inference> {
    return (await infer(event, instance(onnx))) as Inference;
  }

  describe.each(Object.entries(served))('with %s', (_, { onnx, rows, columns, ...expected }) => {
    test('answers as scikit-learn does', async () => {
      expectAnswer(await answer(onnx, { rows }), expected);
    });

    test('answers each row by itself as in a request of all', async () => {
      for (const [index, row] of rows.entries()) {
        const { predictions } = await answer(onnx, { rows: [row] });
        expectClose(predictions, expected.predictions.slice(index, index + 1), expected.tolerance);
      }
    });

    if (columns) {
      test('takes rows as objects by column, and a list for each column', async () => {
        const byName = rows.map((row) =>
          Object.fromEntries(columns.map((name, index) => [name, (row as [])[index]]).reverse()),
        );
        expectAnswer(await answer(onnx, { instances: byName }), expected);
        const inputs = Object.fromEntries(
          columns.map((name, index) => [name, rows.map((row) => (row as [])[index])]),
        );
        expectAnswer(await answer(onnx, { inputs }), expected);
      });
    }
  });

  describe('with a signature', () => {
    const signature: ModelSignature = {
      version: 1,
      // In another order than the inputs of the graph.
      inputs: [
        { name: 'age', type: 'number', optional: true },
        { name: 'country', type: 'category', optional: false, categories: ['DE', 'FR', 'NA'] },
        { name: 'plan', type: 'category', optional: false, categories: ['basic', 'pro'] },
        { name: 'visits', type: 'integer', optional: false },
      ],
      outputs: [{ name: 'left', type: 'probability' }],
    };
    const { rows, predictions } = ENCODERS as unknown as { rows: unknown[][]; predictions: number[] };
    const inOrder = rows.map(([country, plan, age, visits]) => [age, country, plan, visits]);

    test('takes cells in the order of its columns, and leaves out those that are optional', async () => {
      const model = instance(ENCODERS.onnx, signature);
      expectClose(((await infer({ rows: inOrder }, model)) as Inference).predictions, predictions);
      const [, ...others] = ['age', 'country', 'plan', 'visits'];
      const byName = inOrder.map((row) =>
        Object.fromEntries(
          (row[0] === null ? others : ['age', ...others]).map((name) => [
            name,
            row[['age', ...others].indexOf(name)],
          ]),
        ),
      );
      expect(Object.keys(byName[0] ?? {})).toEqual(others);
      expectClose(((await infer({ rows: byName }, model)) as Inference).predictions, predictions);
    });

    test('names the columns of a model that has one input for all', async () => {
      const { onnx, rows, predictions } = served['a regression of float64'] as Served;
      const inputs = ['height', 'width', 'depth'].map((name) => ({
        name,
        type: 'number' as const,
        optional: false,
      }));
      const model = instance(onnx, { ...signature, inputs });
      const byName = rows.map((row) => {
        const [height, width, depth] = row as number[];
        return { depth, width, height };
      });
      expectClose(((await infer({ rows: byName }, model)) as Inference).predictions, predictions);
      await expect(infer({ rows: [[1, 2, 'x']] }, model)).rejects.toThrow(`row 1, column 'depth' is "x"`);
      await expect(infer({ rows: [[1, 2]] }, model)).rejects.toThrow(
        'row 1 has 2 columns, but the model takes 3 features: height, width, depth',
      );
    });

    test('blames a category that the model has not learned on the caller, if the model fails on it', async () => {
      const { onnx } = served['an encoder that refuses unknown categories'] as Served;
      const inputs = [
        { name: 'country', type: 'category' as const, optional: false, categories: ['DE', 'FR'] },
      ];
      const model = instance(onnx, { ...signature, inputs });
      await expect(infer({ rows: [['DE'], ['IT']] }, model)).rejects.toMatchObject({
        name: 'InvalidRows',
        message: expect.stringMatching(
          /^row 2, column 'country' is "IT", and the model, which learned DE, FR, fails on it: /,
        ),
      });
      // Nothing but the signature tells what the model has learned.
      await expect(infer({ rows: [['IT']] }, instance(onnx))).rejects.not.toMatchObject({
        name: 'InvalidRows',
      });
      // Another model takes what it has not learned.
      await expect(
        infer({ rows: [[40, 'XX', 'pro', 1]] }, instance(ENCODERS.onnx, signature)),
      ).resolves.toBeDefined();
    });

    test('refuses a signature of another model', async () => {
      await expect(infer({ rows: [[1, 2, 3]] }, instance(NAMED.onnx, signature))).rejects.toMatchObject({
        name: 'UnservableModel',
        message: expect.stringContaining('takes 3 columns, but there are 4 features'),
      });
    });
  });

  test('answers an image that is a row itself, as TensorFlow Serving takes it', async () => {
    const { onnx, rows, predictions } = served['an image'] as Served;
    const images = rows.map((row) => (row as unknown[])[0]);
    expect((await answer(onnx, { instances: images })).predictions).toEqual(predictions);
  });

  test('records rows by column as lists of cells, and the probabilities of several classes', async () => {
    world.percentage = 100;
    const encoders = instance(ENCODERS.onnx);
    await infer(
      { inputs: { visits: [3, 5], country: ['NA', 'DE'], age: [null, 4], plan: ['pro', 'pro'] } },
      encoders,
    );
    await writeRecords(encoders);
    const named = instance(NAMED.onnx);
    await infer({ rows: NAMED.rows }, { ...named, eventId: 'request-2' });
    await writeRecords(named);
    const { requests, unreadable } = parseCapture([...world.recorded.values()].join(''));
    expect(unreadable).toBe(0);
    expect(requests[0]?.rows).toEqual([
      ['NA', 'pro', Number.NaN, 3],
      ['DE', 'pro', 4, 5],
    ]);
    const labels = NAMED.predictions.map((label) => NAMED.classes?.indexOf(label as string));
    expect(requests[1]?.predictions).toEqual(labels);
  });

  test('records tensors as cells that are opaque to monitors, beside the answers', async () => {
    world.percentage = 100;
    const { onnx, rows, predictions } = served['an image'] as Served;
    const model = instance(onnx);
    await infer({ rows }, model);
    await writeRecords(model);
    const [content] = [...world.recorded.values()];
    expect(JSON.parse(JSON.parse(content ?? '').captureData.endpointInput.data)).toEqual({ instances: rows });
    expect(parseCapture(content ?? '')).toMatchObject({
      requests: [{ rows: [[Number.NaN], [Number.NaN]], predictions }],
      unreadable: 0,
    });
  });

  test.each<[string, Served, object, RegExp]>([
    [
      'a text for a number',
      ENCODERS,
      { rows: [['DE', 'pro', 'old', 1]] },
      /row 1, column 'age' is "old", but the model takes a number/,
    ],
    [
      'a fraction for a whole number',
      ENCODERS,
      { rows: [['DE', 'pro', 1, 1.5]] },
      /column 'visits' is 1.5, but the model takes a whole number/,
    ],
    [
      'nothing for a whole number',
      ENCODERS,
      { rows: [['DE', 'pro', 1, null]] },
      /column 'visits' is null, but the model takes a whole number/,
    ],
    [
      'an object for a text',
      ENCODERS,
      { rows: [[{}, 'pro', 1, 1]] },
      /column 'country' is {}, but the model takes a text/,
    ],
    [
      'a column too few',
      ENCODERS,
      { rows: [{ country: 'DE', plan: 'pro', age: 1 }] },
      /row 1 has no column 'visits'/,
    ],
    [
      'a column of another name',
      ENCODERS,
      { rows: [{ land: 'DE' }] },
      /row 1 has a column 'land', but the model has none of that name: country, plan, age, visits/,
    ],
    [
      'columns of several lengths',
      ENCODERS,
      { inputs: { country: ['DE'], plan: [] } },
      /inputs.country has 1 cells, but inputs.plan has 0/,
    ],
    ['no columns', ENCODERS, { inputs: {} }, /inputs has no columns with cells/],
    [
      'an image of another size',
      served['an image'] as Served,
      { rows: [{ image: [[1]] }] },
      /column 'image' is \[\[1\]\], but the model takes a tensor of 1 x 2 x 2/,
    ],
    [
      'nothing where the model needs a number',
      NAMED,
      {
        rows: [
          [1, 2, 3],
          [1, null, 3],
        ],
      },
      /row 2, column 2 has no value, and the model answers no number without one/,
    ],
    [
      'a truth value that is none',
      served['whole numbers and a truth value'] as Served,
      { rows: [[1, 2]] },
      /column 'is_new' is 2, but the model takes true or false/,
    ],
    [
      'a number beyond 32 bits',
      served['whole numbers and a truth value'] as Served,
      { rows: [[2 ** 31, 1]] },
      /'count' is 2147483648, but the model takes a whole number from -2147483648 to 2147483647/,
    ],
  ])('refuses %s as a mistake of the caller', async (_, { onnx }, event, message) => {
    await expect(answer(onnx, event)).rejects.toMatchObject({
      name: 'InvalidRows',
      message: expect.stringMatching(message),
    });
    await expect(infer({ body: JSON.stringify(event) }, instance(onnx))).resolves.toMatchObject({
      statusCode: 400,
    });
    expect(world.metricsNamed('Invocation5XXErrors')).toEqual([]);
  });

  test('refuses more rows than an answer of several classes has room for, before it answers', async () => {
    const rows = Array.from({ length: 70_000 }, () => [1, 2, 3]);
    const { message } = await answer(NAMED.onnx, { rows }).then(
      () => new Error('an answer'),
      (error: Error) => error,
    );
    const [, most] = /^70000 rows, but an answer holds the predictions of (\d+) at most$/.exec(message) ?? [];
    const full = await answer(NAMED.onnx, { rows: rows.slice(0, Number(most)) });
    const body = JSON.stringify({ statusCode: 200, body: JSON.stringify(full) });
    expect(Buffer.byteLength(body)).toBeLessThan(6 * 1024 * 1024);
  });

  test.each<[keyof typeof reference.refused, RegExp]>([
    ['an input of float16', /input 'X' holds float16: the function takes float32, .* add a Cast/],
    [
      'an input of any width',
      /input 'X' has a dimension 2 of any size: only the first, the rows, may be open/,
    ],
    ['an input without a shape', /input 'X' does not tell its shape/],
    [
      'a batch of four',
      /takes 4 rows at a time in its input 'X', no more and no fewer: .*FloatTensorType\(\[None, 3\]\)/,
    ],
    [
      'a sequence as the answer',
      /answers with 'y' \(sequence of tensors\), and the function needs a tensor of float32/,
    ],
    ['texts as the answer', /answers with 'y' \(tensor of string\)/],
    ['weights in another file', /has its weights in files beside it: save it in one file/],
  ])('refuses a graph with %s, by name', async (name, message) => {
    await expect(answer(reference.refused[name], { rows: [[1, 2, 3]] })).rejects.toMatchObject({
      name: 'UnservableModel',
      message: expect.stringMatching(message),
    });
  });

  test('refuses what is no model, or is cut off', async () => {
    const whole = Buffer.from(NAMED.onnx, 'base64');
    for (const bytes of [Buffer.from('{}'), Buffer.alloc(0), whole.subarray(0, whole.length - 10)]) {
      await expect(answer(bytes.toString('base64'), { rows: [[1, 2, 3]] })).rejects.toThrow(
        'this is no model in ONNX',
      );
    }
  });
});

function expectAnswer(found: Inference, expected: Omit<Served, 'onnx' | 'rows'>): void {
  const { predictions, probabilities, classes, outputs, tolerance } = expected;
  expectClose(found.predictions, predictions, tolerance);
  expect(found.probabilities === undefined).toBe(probabilities === undefined);
  expectClose(found.probabilities ?? [], probabilities ?? []);
  expect(found.classes).toEqual(classes);
  expect(Object.keys(found.outputs ?? {})).toEqual(Object.keys(outputs ?? {}));
  for (const [name, values] of Object.entries(outputs ?? {}))
    expectClose(found.outputs?.[name] ?? [], values, tolerance);
}

/** Of 32 bits. */
function expectClose(found: readonly unknown[], expected: readonly unknown[], tolerance = 1e-5): void {
  const [left, right] = [found, expected].map((values) => values.flat()) as [unknown[], unknown[]];
  expect(left).toHaveLength(right.length);
  for (const [index, value] of right.entries()) {
    if (typeof value !== 'number') expect(left[index]).toBe(value);
    else expect(Math.abs(Number(left[index]) - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
}
