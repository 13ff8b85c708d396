import type { EvaluationReport } from '../../../../../lambda/domain/gate/evaluation-report';
import { measureRows } from '../../../../../lambda/domain/gate/measure';
import { auc } from '../../../../../lambda/domain/metrics/auc';
import { mae } from '../../../../../lambda/domain/metrics/mae';
import { evaluationPage } from '../../../../../lambda/domain/pages/evaluation/evaluation-page';
import delong from '../../../../reference/delong.json';
import metrics from '../../../../reference/metrics.json';

const labels = Float64Array.from(delong.labels);
const wfns = Float64Array.from(delong.scores.wfns);
const s100b = Float64Array.from(delong.scores.s100b);

function reportOf(changes: Partial<EvaluationReport> = {}): EvaluationReport {
  return {
    version: 1,
    pipeline: 'churn',
    modelVersion: '1.1.0',
    champion: '1.0.0',
    dataVersion: '0123456789abcdef',
    rows: labels.length,
    verdict: 'promote',
    deciding: ['AUC 0.82 is significantly above 0.73'],
    reasons: [{ rule: 'superior', passed: true, message: 'AUC 0.82 is significantly above 0.73' }],
    ...measureRows({ metric: auc, labels, champion: s100b, challenger: wfns }),
    ...changes,
  };
}

describe('measureRows', () => {
  test('compares classes by their ranking alone if the scores are no probabilities', () => {
    const {
      metrics: rows,
      curves,
      residuals,
    } = measureRows({ metric: auc, labels, champion: s100b, challenger: wfns });
    expect(rows.map(({ name }) => name)).toEqual(['auc', 'averagePrecision']);
    // pROC on aSAH.
    expect(rows[0]?.challenger).toBeCloseTo(0.8236789, 7);
    expect(rows[0]?.against?.champion).toBeCloseTo(0.7313686, 7);
    expect(curves?.challenger.calibration).toBeUndefined();
    expect(residuals).toBeUndefined();
  });

  test('compares probabilities by all that they promise', () => {
    const probabilities = wfns.map((score) => score / 5);
    const { metrics: rows, curves } = measureRows({ metric: auc, labels, challenger: probabilities });
    expect(rows.map(({ name }) => name)).toEqual([
      'auc',
      'averagePrecision',
      'logLoss',
      'brier',
      'calibrationError',
      'accuracy',
      'precision',
      'recall',
      'f1',
    ]);
    expect(rows.every(({ against }) => against === undefined)).toBe(true);
    expect(curves?.challenger.calibration?.length).toBeGreaterThan(0);
    expect(curves?.champion).toBeUndefined();
  });

  test('compares numbers by their errors, and keeps the residuals of both in the same bins', () => {
    const [sample] = metrics.regression;
    const numbers = Float64Array.from(sample?.labels ?? []);
    const challenger = Float64Array.from(sample?.predictions ?? []);
    const champion = challenger.map((value) => value + 3);
    const { metrics: rows, residuals } = measureRows({ metric: mae, labels: numbers, champion, challenger });
    expect(rows.map(({ name }) => name)).toEqual(['mae', 'rmse']);
    expect(rows[0]?.challenger).toBeCloseTo(sample?.mae as number, 9);
    expect(residuals?.champion).toHaveLength((residuals?.edges.length ?? 0) + 1);
    for (const role of ['champion', 'challenger'] as const) {
      expect(residuals?.[role].reduce((sum, count) => sum + count, 0)).toBe(numbers.length);
    }
  });
});

describe('evaluationPage', () => {
  test('has the verdict on top, then metrics of both with their intervals, then the curves', () => {
    const page = evaluationPage(reportOf());
    expect(page).toContain('Version 1.1.0 may replace 1.0.0');
    expect(page).toContain('because AUC 0.82 is significantly above 0.73');
    expect(page).toContain('<td class="number">0.8237</td><td class="number">0.7314</td>');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.indexOf('may replace')).toBeLessThan(page.indexOf('ROC'));
    expect(page).not.toContain('<script');
  });

  test('says what to bear in mind of the rows', () => {
    expect(evaluationPage(reportOf())).not.toContain('Mind:');
    expect(evaluationPage(reportOf({ warning: '3 rows are twice there' }))).toContain(
      'Mind: 3 rows are twice there.',
    );
  });

  test('shows slices as a forest plot', () => {
    const page = evaluationPage(
      reportOf({
        slices: {
          metric: 'AUC',
          rows: [{ name: 'region = north', rows: 60, lead: -0.02, interval: [-0.08, 0.04] }],
        },
      }),
    );
    expect(page).toContain('region = north');
    expect(page).toContain('-0.02, 60 rows');
  });

  test.each([
    ['keep', '1.0.0', 'does not replace 1.0.0'],
    ['keep', null, 'does not go into production'],
    ['promote', null, 'may be the first in production'],
    ['needs-person', '1.0.0', 'Somebody must decide on version 1.1.0'],
  ])('says what %s means with champion %s', (verdict, champion, sentence) => {
    expect(evaluationPage(reportOf({ verdict, champion }))).toContain(sentence);
  });

  test('says what there is when nothing could be measured', () => {
    const page = evaluationPage(
      reportOf({ verdict: 'keep', metrics: [], curves: undefined, deciding: ['3 labels are missing'] }),
    );
    expect(page).toContain('because 3 labels are missing');
    expect(page).not.toContain('<svg');
  });

  test('escapes what it shows', () => {
    expect(evaluationPage(reportOf({ deciding: ['<img src=x>'] }))).not.toContain('<img');
  });
});
