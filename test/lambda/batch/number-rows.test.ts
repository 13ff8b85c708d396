import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ModelSignature } from '../../../contracts/model-signature';
import { scorePart } from '../../../lambda/batch/score-part';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { InvalidAnswerError } from '../../../lambda/inference/model-answer';
import type { OnnxModel } from '../../../lambda/inference/onnx-model';
import { onnxPredictor } from '../../../lambda/score-batch/onnx-predictor';
import { BatchWorld } from './batch-world';

const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: ['age', 'calls'].map((name) => ({ name, type: 'number', optional: true })),
  outputs: [{ name: 'churn', type: 'probability' }],
};

/** Answers `age`, to seven digits; refuses negative ones. */
const CAREFUL: OnnxModel = {
  async predict(rows) {
    const cells = rows.map((row) => row as readonly (string | number | null)[]);
    const predictions = cells.map(([age], index) => {
      if (Number(age) < 0) throw new InvalidAnswerError(`the model answers row ${index + 1} with NaN`, index);
      return Math.fround(Number(age));
    });
    return { answer: { predictions }, cells };
  },
};

let together = 0;
const FAST: OnnxModel = {
  ...CAREFUL,
  async predictNumbers(values, rows) {
    const ages = Array.from({ length: rows }, (_, row) => values[2 * row] as number);
    if (ages.some((age) => age < 0)) return undefined;
    together++;
    return { predictions: ages.map((age) => (Number.isNaN(age) ? 0 : Math.fround(age))) };
  },
};

const BASELINE = baselineProfile(
  ['age', 'calls'].map((name) => ({
    name,
    kind: 'numeric' as const,
    cells: Array.from({ length: 100 }, (_, row) => row - 50),
  })),
  Float64Array.from({ length: 100 }, (_, row) => row),
);

/** All that a run with a model leaves. */
async function leftBy(model: OnnxModel, key: string, content: string | Uint8Array) {
  const world = new BatchWorld();
  world.partBytes = 300;
  world.columns = ['customer', 'age'];
  world.register('1.0.0', SIGNATURE);
  world.own.put('models/1.0.0/baseline.json', JSON.stringify(BASELINE));
  world.input.put(key, content);
  const parts = world.parts(await world.plan());
  for (const part of parts) {
    await scorePart(part, {
      batchName: 'nightly',
      store: world.own,
      inputOf: () => world.input,
      stopwatch: () => 0,
      memoryMebibytes: 1024,
      predictorOf: onnxPredictor({ keep: () => {}, get: async () => model }),
    });
  }
  return Object.fromEntries(world.own.keys('batch/').map((one) => [one, world.own.text(one)]));
}

const number = fc.oneof(
  { weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e6 }) },
  { weight: 9, arbitrary: fc.nat() },
);
const cell = fc.oneof(
  { weight: 30, arbitrary: number.map(String) },
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('-0', '-1', 'NA', ' 7 ', '1e400', 'old', '"8"', '9\r1', '1,2', '.5'),
  },
);
const customer = fc.oneof(
  { weight: 9, arbitrary: fc.stringMatching(/^[a-zéß日]{0,5}$/) },
  fc.constantFrom('"a,b"', 'a\rb', '', '"two\nlines"', '"broken'),
);
const line = fc
  .tuple(customer, cell, cell, fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n'))
  .map(([name, age, calls, end]) => `${calls},${name},x,${age}${end}`);

describe('rows of numbers', () => {
  test('of CSV come out byte by byte as rows that are read one by one, with the same errors and profile', async () => {
    together = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }), fc.boolean(), async (lines, ends) => {
        const text = `calls,customer,other,age\n${lines.join('')}${ends ? '' : '1,ada,x,3'}`;
        const key = 'in/"a",b.csv';
        expect(await leftBy(FAST, key, text)).toEqual(await leftBy(CAREFUL, key, text));
      }),
      { seed: 20261201, numRuns: 150 },
    );
    expect(together).toBeGreaterThan(100);
  });

  test('of Parquet come out as rows that are read one by one', async () => {
    together = 0;
    const value = fc.oneof(
      { weight: 30, arbitrary: number },
      { weight: 2, arbitrary: fc.constantFrom(null, Number.NaN) },
      { weight: 1, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, -1) },
    );
    const rows = fc.array(fc.tuple(customer, value, value), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const column = (index: number) => table.map((row) => row[index]);
        const file = parquetWriteBuffer({
          columnData: [
            { name: 'calls', data: column(1), type: 'DOUBLE' },
            { name: 'customer', data: column(0), type: 'STRING' },
            { name: 'age', data: column(2), type: 'DOUBLE' },
          ],
        });
        const [fast, careful] = [FAST, CAREFUL].map((model) =>
          leftBy(model, 'in/a.parquet', new Uint8Array(file)),
        );
        expect(await fast).toEqual(await careful);
      }),
      { seed: 20261201, numRuns: 50 },
    );
    expect(together).toBeGreaterThan(20);
  });
});
