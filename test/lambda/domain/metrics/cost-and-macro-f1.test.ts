import { cost } from '../../../../lambda/domain/metrics/cost';
import { macroF1 } from '../../../../lambda/domain/metrics/macro-f1';

describe('mean cost', () => {
  const metric = cost({ falsePositive: 1, falseNegative: 10 });
  const labels = [1, 1, 0, 0];

  test('is what the wrong answers cost, by their weight', () => {
    expect(metric.value(labels, [0.9, 0.1, 0.9, 0.1])).toBe(11 / 4);
    expect(metric.value(labels, [0.9, 0.1, 0.9, 0.1], [1, 2, 1, 0])).toBe(21 / 4);
    expect(cost({ falsePositive: 1, falseNegative: 1, truePositive: -3 }).value([1], [0.7])).toBe(-3);
  });

  test('of the best constant answer is the least', () => {
    const constant = metric.bestConstant(labels);
    expect(
      metric.value(
        labels,
        labels.map(() => constant),
      ),
    ).toBe(0.5);
  });

  test('is compared as the paired t test of the costs', () => {
    const champion = Float64Array.from([0.1, 0.1, 0.9, 0.9]);
    const challenger = Float64Array.from([0.9, 0.1, 0.9, 0.1]);
    // Differences 10, 0, 0, 1: mean 2.75, standard deviation 4.856267, t = 1.132557, df = 3.
    const comparison = metric.compare({ labels: Float64Array.from(labels), champion, challenger });
    expect(comparison.lead).toBe(2.75);
    expect(comparison.standardError).toBeCloseTo(4.856267 / 2, 6);
  });
});

describe('macro F1', () => {
  // The example of scikit-learn's f1_score: average='macro' gives 0.266...
  const labels = [0, 1, 2, 0, 1, 2];
  const answers = [0, 2, 1, 0, 0, 1];

  test('agrees with the documentation of scikit-learn', () => {
    expect(macroF1.value(labels, answers)).toBeCloseTo(0.8 / 3, 12);
  });

  test('changes with the weight of a row as its influence says', () => {
    const weights = labels.map((_, i) => 1 + i / 10);
    const lead = (weighted: readonly number[]) =>
      macroF1.value(labels, labels, weighted) - macroF1.value(labels, answers, weighted);
    const step = 1e-6;
    const total = weights.reduce((sum, one) => sum + one);
    const derivatives = weights.map(
      (weight, row) =>
        ((lead(weights.map((one, i) => (i === row ? one + step : one))) - lead(weights)) / step) * weight,
    );
    const squares = derivatives.reduce((sum, one) => sum + one ** 2, 0);
    const { standardError } = macroF1.compare({
      labels: Float64Array.from(labels),
      champion: Float64Array.from(answers),
      challenger: Float64Array.from(labels),
      weights: Float64Array.from(weights),
    });
    expect(total).toBe(7.5);
    expect(standardError).toBeCloseTo(Math.sqrt((squares * 6) / 5), 5);
  });

  test('of the best constant answer is that of the most frequent class', () => {
    expect(macroF1.bestConstant([2, 1, 2, 0])).toBe(2);
  });
});
