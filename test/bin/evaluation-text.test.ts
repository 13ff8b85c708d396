import { evaluationText } from '../../bin/cli/evaluation-text';

test('an evaluation for the terminal warns of rows on both sides of the split', () => {
  const report = {
    version: 1 as const,
    pipeline: 'churn',
    modelVersion: '1.1.0',
    champion: '1.0.0',
    dataVersion: '0123456789abcdef',
    rows: 100,
    verdict: 'keep',
    deciding: ['AUC 0.7 is not significantly above 0.7'],
    reasons: [],
    metrics: [],
  };
  expect(evaluationText(report)).not.toContain('mind');
  expect(evaluationText({ ...report, warning: '7 rows are on both sides' })).toMatch(
    /because .*\n\n.*mind: 7 rows are on both sides/,
  );
});
