import { auc } from '../../../../lambda/domain/metrics/auc';
import { concordance } from '../../../../lambda/domain/statistics/concordance';
import reference from '../../../reference/problems.json';

test.each(reference.rankings)(
  "agrees with scipy's Somers' D: $name",
  ({ labels, scores, concordance: expected }) => {
    expect(concordance(labels, scores)).toBeCloseTo(expected, 12);
  },
);

test.each(reference.twoClasses)('of two classes is the area under the ROC curve: $name', (data) => {
  expect(concordance(data.labels, data.challenger)).toBeCloseTo(auc.value(data.labels, data.challenger), 12);
});

test('of equal labels is a half', () => {
  expect(concordance([3, 3], [1, 2])).toBe(0.5);
  expect(concordance([], [])).toBe(0.5);
});
