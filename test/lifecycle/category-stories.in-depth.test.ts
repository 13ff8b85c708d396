import { join } from 'node:path';
import { parseModelSignature } from '../../lambda/domain/model-signature/model-signature';
import { SeededRandom } from '../../lambda/domain/statistics/seeded-random';
import { ColumnType, DataSchema, ReleaseStrategy, ServedBy } from '../../lib';
import { runCli } from '../bin/cli';
import { PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { recordedTraffic } from './recorded-traffic';

jest.setTimeout(600_000);

const HOUR = 3_600_000;
const HEADER = ['left', 'age', 'country', 'plan'];

/** Customers of whom those in Namibia (NA) leave; a fifth does not tell its age. */
function customersCsv(count: number, seed: number): string {
  const random = new SeededRandom(seed);
  const rows = Array.from({ length: count }, () => {
    const country = ['DE', 'FR', 'NA'][random.below(3)] as string;
    const age = random.below(5) === 0 ? '' : 20 + random.below(50);
    const left = random.below(10) < (country === 'NA' ? 8 : 2) ? 1 : 0;
    return [left, age, country, ['basic', 'pro'][random.below(2)]].join(',');
  });
  return `${[HEADER.join(','), ...rows].join('\n')}\n`;
}

describe('a model with categories that a function serves', () => {
  const pipeline = new DeployedPipeline();
  const ask = async (rows: readonly object[]) =>
    (await pipeline.invoke(pipeline.resources.serverlessFunction, { rows })) as {
      modelVersion: string;
      predictions: number[];
    };

  beforeAll(async () => {
    const schema = DataSchema.of({
      columns: { country: { type: ColumnType.CATEGORY }, plan: { type: ColumnType.CATEGORY } },
    });
    await pipeline.start({
      servedBy: ServedBy.FUNCTION,
      training: { source: join(__dirname, 'categories-source') },
      data: { label: 'left', minimumRows: 500, schema },
      releaseStrategy: ReleaseStrategy.allAtOnce(),
    });
    await pipeline.upload('2026-10.csv', customersCsv(1500, 1));
  }, 600_000);
  afterAll(() => pipeline.stop());

  test('comes from the data to a function that answers as its container has, with encoder and imputer inside', async () => {
    expect(await pipeline.retrain()).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    const { inputs, outputs } = parseModelSignature(await pipeline.read('models/1.0.0/model-signature.json'));
    expect(inputs).toEqual([
      { name: 'age', type: 'number', optional: true, range: { minimum: 20, maximum: 69 } },
      {
        name: 'country',
        type: 'category',
        optional: false,
        categories: expect.arrayContaining(['DE', 'FR', 'NA']),
      },
      {
        name: 'plan',
        type: 'category',
        optional: false,
        categories: expect.arrayContaining(['basic', 'pro']),
      },
    ]);
    expect(outputs).toEqual([{ name: 'left', type: 'probability' }]);
    // What the container scored, for the first rows of the holdout.
    const [scores] = (await pipeline.keys('datasets/')).filter((key) => key.endsWith('features.csv.out'));
    const [samples] = (await pipeline.keys('datasets/')).filter((key) => key.endsWith('samples.csv'));
    const lines = async (key = '') => (await pipeline.read(key)).split('\n').filter(Boolean);
    const expected = (await lines(scores)).map(Number);
    const rows = (await lines(samples)).map((line) => {
      const [age, country, plan] = line.split(',');
      return { plan, country, ...(age && { age: Number(age) }) };
    });
    expect(rows.some((row) => !('age' in row))).toBe(true);
    const { predictions } = await ask(rows);
    for (const [index, prediction] of predictions.entries())
      expect(prediction).toBeCloseTo(expected[index] as number, 4);
  });

  test('is watched by its categories, which requests are recorded with', async () => {
    for (let request = 0; request < 30; request++)
      await ask([{ age: 30, country: ['DE', 'NA', 'IT'][request % 3], plan: 'pro' }]);
    await pipeline.pass(2 * HOUR);
    const [profile] = await recordedTraffic(pipeline.s3, pipeline.resources.bucket);
    expect(profile?.rows).toBeGreaterThanOrEqual(30);
    // Italy is no category of the training data.
    expect(profile?.features.country).toMatchObject({ other: 10 });
    expect(profile?.features.age?.missing).toBeGreaterThanOrEqual(0);
  });

  test('is refused before it is registered if the function could not serve it, and the reason names why', async () => {
    await pipeline.newAlerts();
    expect(await pipeline.retrain({ batch: '4' })).toMatchObject({ status: 'FAILED' });
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'failure',
      champion: '1.0.0',
      reasons: [expect.stringContaining("takes 4 rows at a time in its input 'age'")],
    });
    expect(await pipeline.newAlerts()).toHaveLength(1);
    const { predictions, modelVersion } = await ask([{ country: 'NA', plan: 'pro' }]);
    expect({ modelVersion, count: predictions.length }).toEqual({ modelVersion: '1.0.0', count: 1 });
  });

  test('says what is wrong with a row by the name of the column', async () => {
    await expect(ask([{ age: 'old', country: 'NA', plan: 'pro' }])).rejects.toThrow(
      /row 1, column 'age' is \\"old\\", but the model takes a number/,
    );
    const { stdout } = await runCli(['status'], pipeline.environment());
    expect(stdout).toContain(`${PIPELINE} serves version 1.0.0`);
  });

  test('shows its signature to people, and its API to their tools', async () => {
    const { stdout } = await runCli(['signature'], pipeline.environment());
    expect(stdout).toMatch(/^age +number +may be empty +20 to 69$/m);
    expect(stdout).toMatch(/^left +probability/m);
    const api = await runCli(['signature', '1.0.0', '--openapi', '--json'], pipeline.environment());
    expect(JSON.parse(api.stdout)).toMatchObject({
      openapi: '3.1.1',
      info: { title: PIPELINE, version: '1.0.0' },
      components: { schemas: { Row: { required: ['country', 'plan'] } } },
    });
    const unknown = await runCli(['signature', '7.0.0'], pipeline.environment());
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('version 7.0.0 has no signature'),
    });
  });
});
