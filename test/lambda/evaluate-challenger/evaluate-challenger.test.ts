import { parseEvaluation } from '../../../lambda/domain/evaluation';
import type { GatePolicy } from '../../../lambda/domain/gate-rules/rule';
import { evaluateChallenger } from '../../../lambda/evaluate-challenger/evaluate-challenger';
import aSah from '../../reference/delong.json';
import { PIPELINE, PipelineFixture } from '../pipeline-fixture';

const CHALLENGER = 'datasets/d1/scores/1.1.0/features.csv.out';
const CHAMPION = 'datasets/d1/scores/1.0.0/features.csv.out';

describe('evaluateChallenger', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await put('datasets/d1/holdout/labels.csv', aSah.labels);
  });
  afterEach(() => fixture.cloud.stop());

  const put = (key: string, numbers: readonly (number | string)[]) =>
    fixture.put(key, numbers.map((number) => `${number}\n`).join(''));
  const evaluate = (champion: string | null, policy: Partial<GatePolicy> = {}, event: object = {}) =>
    evaluateChallenger(
      {
        modelVersion: '1.1.0',
        dataVersion: 'd1',
        challengerScoresKey: CHALLENGER,
        championScoresKey: champion && CHAMPION,
        champion: champion && { modelVersion: champion, modelName: 'm', modelPackageArn: 'a' },
        ...event,
      },
      { pipelineName: PIPELINE, store: fixture.store, policy },
    );
  const kept = async () => parseEvaluation(await fixture.get('models/1.1.0/evaluation.json'));

  test('promotes a challenger that surely beats the champion', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    const { verdict, reasons, metrics, evaluationKey } = await evaluate('1.0.0');
    expect(verdict).toBe('promote');
    expect(evaluationKey).toBe('models/1.1.0/evaluation.json');
    // AUCs and p-value of pROC on aSAH.
    expect(metrics?.challenger.auc).toBeCloseTo(0.8236789, 7);
    expect(metrics?.champion?.auc).toBeCloseTo(0.7313686, 7);
    expect(metrics?.pValue).toBeCloseTo(0.02718 / 2, 5);
    expect(reasons.at(-1)).toBe(
      "challenger's AUC 0.8237 is surely above champion's 0.7314: difference 0.0923, p = 0.0136, alpha = 0.05",
    );
    expect(await kept()).toMatchObject({ verdict, metrics, champion: '1.0.0', dataVersion: 'd1', rows: 113 });
  });

  test('keeps the champion against any other, and says only what was not met', async () => {
    await put(CHALLENGER, aSah.scores.s100b);
    await put(CHAMPION, aSah.scores.wfns);
    const { verdict, reasons } = await evaluate('1.0.0');
    expect(verdict).toBe('keep');
    expect(reasons).toEqual([expect.stringContaining("is not surely above champion's 0.8237")]);
    expect((await kept()).reasons.filter(({ passed }) => passed).length).toBeGreaterThan(0);
  });

  test('follows the policy', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    expect((await evaluate('1.0.0', { alpha: 0.01 })).verdict).toBe('keep');
  });

  test('compares the first model with chance', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    const { verdict, metrics } = await evaluate(null);
    expect(verdict).toBe('promote');
    expect(metrics?.champion).toBeUndefined();
    expect((await kept()).champion).toBeNull();
  });

  test('keeps the champion where there is nothing to compare', async () => {
    await put(CHALLENGER, aSah.scores.wfns.slice(1));
    await put(CHAMPION, aSah.scores.s100b);
    expect(await evaluate('1.0.0')).toMatchObject({
      verdict: 'keep',
      reasons: ['challenger has 112 scores for 113 rows'],
      metrics: null,
    });
    await put(CHALLENGER, ['oops', ...aSah.scores.wfns.slice(1)]);
    expect((await evaluate('1.0.0')).reasons).toEqual(['challenger has no finite score for 1 of 113 rows']);
    expect((await kept()).metrics).toBeNull();
  });

  test('does not take a champion without scores for none', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await expect(evaluate('1.0.0', {}, { championScoresKey: null })).rejects.toThrow(
      'champion and championScoresKey belong together, got 1.0.0 and null',
    );
  });
});
