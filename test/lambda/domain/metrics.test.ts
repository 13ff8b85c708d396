import { accuracy, auc, brier, logLoss, mae, rmse } from '../../../lambda/domain/metrics';
import reference from '../../reference/metrics.json';

test.each(reference.classification)('agrees with scikit-learn: $name', ({ labels, scores, ...expected }) => {
  expect(auc(labels, scores)).toBeCloseTo(expected.auc, 12);
  expect(logLoss(labels, scores)).toBeCloseTo(expected.logLoss, 12);
  expect(brier(labels, scores)).toBeCloseTo(expected.brier, 12);
  expect(accuracy(labels, scores)).toBeCloseTo(expected.accuracy, 12);
});

test.each(reference.regression)('agrees with scikit-learn: $name', ({ labels, predictions, ...expected }) => {
  expect(rmse(labels, predictions)).toBeCloseTo(expected.rmse, 10);
  expect(mae(labels, predictions)).toBeCloseTo(expected.mae, 10);
});

test('ties count one half in the AUC', () => {
  expect(auc([0, 1], [0.5, 0.5])).toBe(0.5);
  expect(auc([0, 1, 0, 1], [0.1, 0.5, 0.5, 0.9])).toBe(0.875);
});

test.each([
  ['one class', () => auc([1, 1], [0.1, 0.2]), 'there are 0 of class 0 and 2 of class 1'],
  ['no rows', () => brier([], []), 'a metric of no rows is undefined'],
  ['columns of different lengths', () => logLoss([0, 1], [0.5]), '2 labels and 1 scores'],
  ['a third class', () => accuracy([0, 2], [0.1, 0.2]), 'label 2 in row 1 is not 0 or 1'],
  ['a score above 1', () => brier([0], [1.5]), 'score 1.5 in row 0 is not a probability'],
  [
    'a score that is not a number',
    () => logLoss([0], [Number.NaN]),
    'score NaN in row 0 is not a probability',
  ],
])('refuses %s', (_, metric, message) => {
  expect(metric).toThrow(message);
});
