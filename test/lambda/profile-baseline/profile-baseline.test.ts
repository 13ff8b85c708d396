import type { Problem } from '../../../contracts/problem';
import { type DatasetProfile, profileRows } from '../../../lambda/domain/data/profile';
import { parseModelSignature } from '../../../lambda/domain/model-signature/model-signature';
import { detectDrift } from '../../../lambda/domain/traffic/drift';
import { profileBaseline } from '../../../lambda/profile-baseline/profile-baseline';
import { splitData } from '../../../lambda/split-data/split-data';
import graphs from '../../reference/onnx-graphs.json';
import { csvOf, DataFixture } from '../data-fixture';
import { archive, modelArchive } from '../serverless-inference/stored-model';

describe('profileBaseline', () => {
  let fixture: DataFixture;
  let dataVersion: string;

  beforeEach(async () => {
    fixture = new DataFixture();
    await fixture.start();
    const row = (n: number) => `${Number(n % 4 === 0)},${n % 7},${n === 3 ? '' : n},${n % 3 ? 'Ulm' : ''}`;
    const header = (csv: string) => csv.replace('income', 'income,city');
    dataVersion = await fixture.validSnapshot(
      { '1.csv': header(csvOf(0, 600, row)), '2.csv': header(csvOf(600, 400, row)) },
      ['city'],
    );
    await splitData(
      { dataVersion },
      { store: fixture.store, label: 'late', holdoutFraction: 0.2, ignoredColumns: [], judgedBy: [] },
    );
  });
  afterEach(() => fixture.cloud.stop());

  const profile = async (
    scores: readonly (number | string)[],
    problem: Problem = { type: 'binary' },
    servesByFunction = false,
  ): Promise<DatasetProfile> => {
    const scoresKey = `datasets/${dataVersion}/scores/1.0.0/features.csv.out`;
    await fixture.put(scoresKey, scores.map((score) => `${score}\n`).join(''));
    const written = await profileBaseline(
      { modelVersion: '1.0.0', dataVersion, scoresKey },
      { store: fixture.store, problem, servesByFunction },
    );
    const key = 'models/1.0.0/baseline.json';
    expect(await fixture.store.describe(key)).toEqual(written);
    return JSON.parse(await fixture.get(key)) as DatasetProfile;
  };
  const scores = Array.from({ length: 200 }, (_, i) => i / 200);
  const total = (counts: readonly number[] = []) => counts.reduce((sum, count) => sum + count, 0);

  test('profiles the rows that train, and the predictions for the holdout', async () => {
    const baseline = await profile(scores);
    expect(baseline.rows).toBe(800);
    expect(Object.keys(baseline.features)).toEqual(['age', 'income', 'city']);
    expect(baseline.features.city).toEqual({
      kind: 'categorical',
      categories: ['Ulm'],
      counts: [533],
      other: 0,
      missing: 267,
    });
    expect(baseline).toMatchObject({ labelRate: 0.25 });
    expect(baseline.features.income).toMatchObject({ kind: 'numeric', missing: 1 });
    expect(total(baseline.features.income?.counts)).toBe(799);
    expect(total(baseline.prediction?.counts)).toBe(200);
  });

  test('profiles how sure the model is of several classes, if its scores are probabilities', async () => {
    const problem: Problem = { type: 'multiClass', classes: 3 };
    const certain = await profile(
      scores.map((score) => `${score},${(1 - score) / 2},${(1 - score) / 2}`),
      problem,
    );
    expect(total(certain.certainty?.confidence.counts)).toBe(200);
    expect(certain.certainty?.entropy.edges.at(-1)).toBeCloseTo(1, 3);
    const logits = await profile(
      scores.map((score) => `${score},2,-1`),
      problem,
    );
    expect(logits).not.toHaveProperty('certainty');
  });

  const archived = (importance: string) =>
    fixture.put(
      'models/1.0.0/model.tar.gz',
      archive({ 'model.joblib': Buffer.alloc(1000), './importance.json': Buffer.from(importance) }),
    );

  test('takes the importance of features from the archive, relative to their mean', async () => {
    await archived('{"age": 0.06, "income": 0.03, "city": -0.001}');
    expect(await profile(scores)).toMatchObject({ importance: { age: 1, income: 1, city: 0 } });
    await archived('{"age": 0.06, "income": 0.015}');
    expect(await profile(scores)).toMatchObject({ importance: { age: 1, income: 0.4 } });
  });

  test.each([
    ['{"agee": 1}', "has 'agee', which is no feature: name those of the training data, age, income, city"],
    ['{"age": "much"}', 'importance.json of models/1.0.0/model.tar.gz is not valid'],
    ['age', 'is not JSON'],
  ])('refuses an importance that is none: %s', async (importance, message) => {
    await archived(importance);
    await expect(profile(scores)).rejects.toThrow(message);
  });

  test('an archive that cannot be read says nothing of importance', async () => {
    await fixture.put('models/1.0.0/model.tar.gz', 'no archive');
    expect(await profile(scores)).not.toHaveProperty('importance');
  });

  test('is what traffic is compared with: the same is stable, another drifts', async () => {
    const baseline = await profile(scores);
    const window = (shift: number) =>
      profileRows(
        baseline,
        ['age', 'income', 'city'],
        Array.from({ length: 400 }, (_, n) => ({
          cells: [n % 7, 2 * n + shift, n % 3 ? 'Ulm' : ''],
          prediction: (n % 200) / 200,
        })),
      );
    expect(detectDrift(baseline, window(0)).drifted).toEqual([]);
    expect(detectDrift(baseline, window(300)).drifted).toEqual(['income']);
  });

  test('writes the signature that the data and the model in ONNX have', async () => {
    const archived = (onnx: string) => fixture.put('models/1.0.0/model.tar.gz', modelArchive(onnx));
    await profile(scores);
    const read = async () => parseModelSignature(await fixture.get('models/1.0.0/model-signature.json'));
    expect(await read()).toEqual({
      version: 1,
      inputs: [
        { name: 'age', type: 'number', optional: false, range: { minimum: 0, maximum: 6 } },
        { name: 'income', type: 'number', optional: true, range: { minimum: 0, maximum: 799 } },
        { name: 'city', type: 'category', optional: true, categories: ['Ulm'] },
      ],
      outputs: [{ name: 'late', type: 'probability' }],
    });
    await archived(graphs.refused['a batch of four']);
    await expect(profile(scores, { type: 'binary' }, true)).rejects.toMatchObject({
      name: 'UnservableModel',
      message: expect.stringContaining('takes 4 rows at a time'),
    });
    await fixture.put('models/1.0.0/model.tar.gz', archive({ 'model.joblib': Buffer.from('x') }));
    await expect(profile(scores, { type: 'binary' }, true)).rejects.toThrow(
      'version 1.0.0 could not be served by the function: the model archive has no model.onnx, only model.joblib',
    );
    await archived(graphs.served['a regression of float64'].onnx);
    await expect(profile(scores, { type: 'binary' }, true)).rejects.toThrow(
      "the feature 'city' is a category, but the ONNX model's input 'X' takes float64",
    );
  });

  test('refuses scores that are not one for each row of the holdout', async () => {
    await expect(profile(scores.slice(1))).rejects.toThrow(
      'has 199 scores, but the holdout has 200 rows: the serving container must answer each row with one line',
    );
  });
});
