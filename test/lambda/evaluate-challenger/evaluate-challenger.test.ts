import { plugin } from '../../../bin/local-page/plugin';
import type { GatePolicy } from '../../../contracts/gate-policy';
import { formatSplit } from '../../../lambda/domain/data/split-document';
import { parseEvaluation } from '../../../lambda/domain/gate/evaluation';
import { DEFAULT_GATE_POLICY } from '../../../lambda/domain/gate/gate-policy';
import { evaluateChallenger } from '../../../lambda/evaluate-challenger/evaluate-challenger';
import { fetchPage } from '../../local/web/page-fixture';
import aSah from '../../reference/delong.json';
import { PIPELINE, PipelineFixture } from '../pipeline-fixture';

const CHALLENGER = 'datasets/d1/scores/1.1.0/features.csv.out';
const CHAMPION = 'datasets/d1/scores/1.0.0/features.csv.out';

describe('evaluateChallenger', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture({ plugins: [plugin] });
    await fixture.start();
    await put('datasets/d1/holdout/labels.csv', aSah.labels);
  });
  afterEach(() => fixture.cloud.stop());

  const put = (key: string, numbers: readonly (number | string)[]) =>
    fixture.put(key, numbers.map((number) => `${number}\n`).join(''));
  const evaluate = (
    champion: string | null,
    policy: Partial<GatePolicy> = {},
    event: object = {},
    judgedBy: object = {},
  ) =>
    evaluateChallenger(
      {
        modelVersion: '1.1.0',
        dataVersion: 'd1',
        challengerScoresKey: CHALLENGER,
        championScoresKey: champion && CHAMPION,
        champion: champion && { modelVersion: champion, modelName: 'm', modelPackageArn: 'a' },
        ...event,
      },
      {
        pipelineName: PIPELINE,
        store: fixture.store,
        policy: { ...DEFAULT_GATE_POLICY, ...policy },
        judgedBy,
      },
    );
  const kept = async () => parseEvaluation(await fixture.get('models/1.1.0/evaluation.json'));

  test('promotes a challenger that significantly beats the champion', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    const { verdict, reasons, metrics, evaluationKey } = await evaluate('1.0.0');
    expect(verdict).toBe('promote');
    expect(evaluationKey).toBe('models/1.1.0/evaluations/1.0.0/evaluation.json');
    // AUCs and p-value of pROC on aSAH.
    expect(metrics?.challenger.auc).toBeCloseTo(0.8236789, 7);
    expect(metrics?.champion?.auc).toBeCloseTo(0.7313686, 7);
    expect(metrics?.pValue).toBeCloseTo(0.02718 / 2, 5);
    expect(reasons.at(-1)).toBe(
      "challenger's AUC 0.8237 is significantly better than champion's 0.7314: lead +0.0923 (+0.0199 to +0.165), p = 0.0136, alpha = 0.0416",
    );
    expect(await kept()).toMatchObject({ verdict, metrics, champion: '1.0.0', dataVersion: 'd1', rows: 113 });
  });

  test.each([
    [false, expect.stringMatching(/^7 of 400 training rows are in the holdout of 113 rows, too/)],
    [true, undefined],
  ])(
    'warns of rows that are on both sides of the split, unless they were dropped: %s',
    async (dropped, warning) => {
      await put(CHALLENGER, aSah.scores.wfns);
      const split = { version: 1 as const, label: 'left', columns: ['age'], holdoutFraction: 0.2 };
      await fixture.put(
        'datasets/d1/split.json',
        formatSplit({
          ...split,
          rows: { train: 400, holdout: 113 },
          duplicates: { rows: 7, dropped },
          trainFiles: ['datasets/d1/train/1.csv'],
        }),
      );
      await evaluate(null);
      const report = JSON.parse(await fixture.get('models/1.1.0/evaluation-report.json'));
      expect(report.warning).toEqual(warning);
    },
  );

  test('keeps each evaluation of a version, and shows the newest as the version has it', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    const first = await evaluate('1.0.0');
    await put(CHAMPION, aSah.scores.wfns);
    const second = await evaluate('1.0.5');
    expect([first.verdict, second.verdict]).toEqual(['promote', 'keep']);
    const keyOf = (uri: string) => uri.replace(/^s3:\/\/[^/]+\//, '');
    for (const [champion, { verdict, reasons, evaluationKey, report }] of Object.entries({
      '1.0.0': first,
      '1.0.5': second,
    })) {
      expect(parseEvaluation(await fixture.get(evaluationKey))).toMatchObject({ champion, verdict });
      const page = keyOf(report);
      expect(page).toBe(`models/1.1.0/evaluations/${champion}/evaluation-report.html`);
      expect(await fixture.get(page)).toContain(champion);
      expect(await fetchPage(fixture.cloud, `reports/${encodeURIComponent(report)}`)).toMatchObject({
        status: 200,
        markup: await fixture.get(page),
      });
      const document = JSON.parse(await fixture.get(page.replace(/html$/, 'json')));
      expect(document).toMatchObject({ champion, verdict, deciding: reasons });
    }
    expect(await kept()).toMatchObject({ champion: '1.0.5', verdict: 'keep' });
    expect(JSON.parse(await fixture.get('models/1.1.0/evaluation-report.json'))).toMatchObject({
      champion: '1.0.5',
    });
    expect(await fixture.get('models/1.1.0/evaluation-report.html')).toBe(
      await fixture.get(keyOf(second.report)),
    );
    const { evaluationKey } = await evaluate(null);
    expect(evaluationKey).toBe('models/1.1.0/evaluations/none/evaluation.json');
  });

  test('keeps the champion against any other, and says only what was not met', async () => {
    await put(CHALLENGER, aSah.scores.s100b);
    await put(CHAMPION, aSah.scores.wfns);
    const { verdict, reasons } = await evaluate('1.0.0');
    expect(verdict).toBe('keep');
    expect(reasons).toEqual([expect.stringContaining("is not significantly better than champion's 0.8237")]);
    expect((await kept()).reasons.filter(({ passed }) => passed).length).toBeGreaterThan(0);
  });

  test('follows the policy', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    expect((await evaluate('1.0.0', { alpha: 0.01 })).verdict).toBe('keep');
  });

  test('compares the first model with the best constant answer', async () => {
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
    await put('datasets/d1/holdout/labels.csv', ['yes', ...aSah.labels.slice(1)]);
    expect((await evaluate('1.0.0')).reasons).toContain(
      '1 of 113 labels are missing or not 0 or 1, as AUC needs them',
    );
  });

  test('reads what each answer costs, and what others would answer, from columns of the holdout', async () => {
    await put(
      CHALLENGER,
      aSah.scores.wfns.map((score) => score / 6),
    );
    await put(
      CHAMPION,
      aSah.scores.s100b.map((score) => Math.min(1, score)),
    );
    // Of class 1 the later rows cost more.
    const rows = aSah.labels.map((label, i) => `${label * (i + 1)},${1 - label},${label === 1 ? 0.6 : 0.4}`);
    await fixture.put('datasets/d1/holdout/columns.csv', `if_0,if_1,doctor\n${rows.join('\n')}\n`);
    const policy: Partial<GatePolicy> = {
      metric: { name: 'costColumns', columns: ['if_0', 'if_1'] },
      rules: [
        { rule: 'notInferior', margin: 100 },
        { rule: 'betterThanColumn', column: 'doctor' },
      ],
    };
    const { verdict, reasons, metrics } = await evaluate('1.0.0', policy);
    expect(verdict).toBe('keep');
    expect(reasons).toEqual([
      expect.stringMatching(/is not significantly better than 0, that of column 'doctor'/),
    ]);
    const missed = aSah.labels.reduce((sum, label, i) => {
      const taken = (aSah.scores.wfns[i] as number) / 6 >= 0.5;
      return sum + (taken ? 1 - label : label * (i + 1));
    }, 0);
    expect(metrics?.challenger.costColumns).toBeCloseTo(missed / aSah.labels.length, 12);
  });

  test('judges by weights, groups and slices of the holdout, and draws the slices', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    const rows = aSah.labels.map((_, i) => `"north, ${i % 2}",1,${i}`);
    await fixture.put('datasets/d1/holdout/columns.csv', `region,weight,patient\n${rows.join('\n')}\n`);
    const policy: Partial<GatePolicy> = {
      rules: [
        { rule: 'superior', margin: 0 },
        { rule: 'noSliceWorse', columns: ['region'], margin: 0, minimumRows: 10 },
      ],
      minimumRows: 10,
    };
    const judgedBy = { weightColumn: 'weight', groupColumn: 'patient' };
    const { verdict, reasons, metrics } = await evaluate('1.0.0', policy, {}, judgedBy);
    expect(verdict).toBe('promote');
    expect(metrics?.difference).toBeCloseTo(0.8236789 - 0.7313686, 6);
    expect(reasons.at(-1)).toMatch(/^in none of 2 slices.*region = north, [01]/);
    const report = JSON.parse(await fixture.get('models/1.1.0/evaluation-report.json'));
    expect(report.slices.rows.map(({ name }: { name: string }) => name)).toEqual([
      'region = north, 0',
      'region = north, 1',
    ]);
    const { slices } = JSON.parse(await fixture.get('models/1.1.0/evaluation.json'));
    expect(slices).toMatchObject([
      { name: 'region = north, 0', metrics: { auc: expect.any(Number) } },
      { name: 'region = north, 1', metrics: { auc: expect.any(Number) } },
    ]);
    expect(slices[0].rows + slices[1].rows).toBe(aSah.labels.length);
  });

  test('spends alpha over the evaluations on one holdout, once for each challenger', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    expect((await evaluate('1.0.0')).verdict).toBe('promote');
    expect((await evaluate('1.0.0')).verdict).toBe('promote');
    const another = await evaluate('1.0.0', {}, { modelVersion: '1.2.0' });
    expect(another.verdict).toBe('keep');
    expect(another.metrics?.alpha).toBeCloseTo(0.05 / 1.2020569 / 8, 9);
    expect(await fixture.keys('datasets/d1/evaluations/')).toHaveLength(2);
  });

  test('weighs the archives of both', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await put(CHAMPION, aSah.scores.s100b);
    await fixture.put('models/1.0.0/model.tar.gz', '1234');
    await fixture.put('models/1.1.0/model.tar.gz', '123456789012');
    const rules: GatePolicy['rules'] = [
      { rule: 'superior', margin: 0 },
      { rule: 'sizeWithin', ratio: 2 },
    ];
    const { verdict, reasons } = await evaluate('1.0.0', { rules });
    expect(verdict).toBe('keep');
    expect(reasons).toEqual(["challenger's archive has 3 times the size of champion's, above 2"]);
  });

  test('does not take a champion without scores for none', async () => {
    await put(CHALLENGER, aSah.scores.wfns);
    await expect(evaluate('1.0.0', {}, { championScoresKey: null })).rejects.toThrow(
      'champion and championScoresKey belong together, got 1.0.0 and null',
    );
  });
});
