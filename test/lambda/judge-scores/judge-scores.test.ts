import type { GatePolicy } from '../../../contracts/gate-policy';
import { DEFAULT_GATE_POLICY } from '../../../lambda/domain/gate/gate-policy';
import { judgeScores } from '../../../lambda/judge-scores/judge-scores';
import aSah from '../../reference/delong.json';
import { TrafficFixture } from '../traffic-fixture';

const FILES = { labels: 'labels.csv', challengerScores: 'new.csv', championScores: 's3://artifacts/old.csv' };
const NAMES = { challenger: 'churn-8', champion: 'churn-7' };

describe('judgeScores', () => {
  let fixture: TrafficFixture;

  beforeEach(async () => {
    fixture = new TrafficFixture();
    await fixture.start();
    await put('labels.csv', aSah.labels);
    await put('new.csv', aSah.scores.wfns);
    await put('old.csv', aSah.scores.s100b);
  });
  afterEach(() => fixture.stop());

  const put = (key: string, lines: readonly (number | string)[]) =>
    fixture.store.write(key, lines.map((line) => `${line}\n`).join(''));
  const judge = (request: object = {}, policy: Partial<GatePolicy> = {}) =>
    judgeScores(
      { ...FILES, ...NAMES, ...request },
      {
        modelName: 'churn',
        store: fixture.store,
        policy: { ...DEFAULT_GATE_POLICY, ...policy },
        judgedBy: {},
        prefix: 'gate/',
      },
    );
  const keyOf = (uri: string) => uri.replace('s3://artifacts/', '');

  test('promotes a challenger that significantly beats the champion, and says why on a page', async () => {
    const { verdict, metrics, evaluation, reasons, report } = await judge();
    expect({ verdict, evaluation }).toEqual({ verdict: 'promote', evaluation: 1 });
    // AUCs and p-value of pROC on aSAH.
    expect(metrics?.challenger.auc).toBeCloseTo(0.8236789, 7);
    expect(metrics?.champion?.auc).toBeCloseTo(0.7313686, 7);
    expect(metrics?.pValue).toBeCloseTo(0.02718 / 2, 5);
    expect(report).toMatch(/^s3:\/\/artifacts\/gate\/[0-9a-f]{16}\/reports\/000001\.html$/);
    expect(await fixture.store.readText(keyOf(report))).toContain('Version churn-8 may replace churn-7');
    expect(JSON.parse(await fixture.store.readText(keyOf(report).replace('html', 'json')))).toMatchObject({
      pipeline: 'churn',
      modelVersion: 'churn-8',
      champion: 'churn-7',
      verdict,
      deciding: reasons,
    });
  });

  test('keeps the champion of a challenger that is no better', async () => {
    expect(await judge({ challengerScores: 'old.csv', championScores: 'new.csv' })).toMatchObject({
      verdict: 'keep',
    });
  });

  test('gives each challenger on the same labels less of alpha, and the same one the same', async () => {
    const first = await judge();
    await fixture.store.write('copy-of-labels.csv', await fixture.store.readText('labels.csv'));
    await put('newer.csv', aSah.scores.ndka);
    const second = await judge({ labels: 'copy-of-labels.csv', challengerScores: 'newer.csv' });
    expect(second.evaluation).toBe(2);
    expect(second.metrics?.alpha).toBeLessThan(first.metrics?.alpha as number);
    expect(await judge()).toEqual(first);
  });

  test.each([undefined, null, ''])(
    'judges the first model by itself: champion %j',
    async (championScores) => {
      const { verdict, metrics, report } = await judge({ championScores });
      expect(verdict).toBe('promote');
      expect(metrics?.champion).toBeUndefined();
      expect(await fixture.store.readText(keyOf(report))).toContain('Version churn-8 may be the first');
    },
  );

  const bySex: Partial<GatePolicy> = {
    minimumRows: 10,
    rules: [
      { rule: 'superior', margin: 0 },
      { rule: 'noSliceWorse', columns: ['sex'], margin: 0 },
    ],
  };

  test('judges slices by a file of columns', async () => {
    await put('columns.csv', ['sex', ...aSah.labels.map((_, row) => (row % 2 ? 'f' : 'm'))]);
    const { report } = await judge({ columns: 'columns.csv' }, bySex);
    const { slices } = JSON.parse(await fixture.store.readText(keyOf(report).replace('html', 'json')));
    expect(slices.rows.map(({ name }: { name: string }) => name)).toEqual(['sex = m', 'sex = f']);
  });

  test.each<[object, string]>([
    [{}, "the gate's policy reads the columns sex, and no file has them"],
    [{ columns: 'columns.csv' }, 's3://artifacts/columns.csv has no column sex'],
    [{ labels: 's3://other/labels.csv' }, "is not in the gate's bucket s3://artifacts/"],
    [{ labels: '' }, 'request for a judgement is not valid: labels'],
  ])('refuses %j', async (request, message) => {
    await put('columns.csv', ['age', ...aSah.labels]);
    await expect(judge(request, bySex)).rejects.toThrow(message);
  });
});
