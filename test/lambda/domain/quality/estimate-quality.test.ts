import { estimateQuality } from '../../../../lambda/domain/quality/estimate-quality';
import reference from '../../../reference/estimated-quality.json';

const BINARY = { type: 'binary' } as const;
const answersOf = (probabilities: readonly number[]) =>
  probabilities.map((probability) => ({ time: 0, predictions: [probability] }));

test.each(reference.cases)(
  "accuracy and AUC without labels are NannyML's ($name)",
  ({ probabilities, threshold, accuracy, auc }) => {
    const estimated = estimateQuality(answersOf(probabilities), BINARY, threshold);
    expect(estimated?.rows).toBe(probabilities.length);
    expect(estimated?.accuracy).toBeCloseTo(accuracy, 12);
    // NannyML rounds its sums to 5 decimals.
    expect(estimated?.auc).toBeCloseTo(auc, 4);
  },
);

test('of several classes accuracy is the mean probability of the likeliest', () => {
  const answers = [
    { time: 0, predictions: [2, 0], probabilities: [0.1, 0.2, 0.7, 0.5, 0.3, 0.2] },
    { time: 0, predictions: [1], probabilities: [0, 0.9, 0.1] },
  ];
  const classes = { type: 'multiClass', classes: 3 } as const;
  expect(estimateQuality(answers, classes)).toEqual({ rows: 3, accuracy: expect.closeTo(2.1 / 3, 12) });
  expect(estimateQuality([...answers, { time: 0, predictions: [1] }], classes)).toBeUndefined();
});

test('there is no estimate for numbers, scores, or nothing', () => {
  expect(estimateQuality(answersOf([0.1, 1.1]), BINARY)).toBeUndefined();
  expect(estimateQuality(answersOf([0.1]), { type: 'regression' })).toBeUndefined();
  expect(estimateQuality([], BINARY)).toBeUndefined();
  expect(estimateQuality(answersOf([1, 1]), BINARY)).toEqual({ rows: 2, accuracy: 1 });
});
