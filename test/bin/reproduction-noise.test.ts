import { compareWithNoise } from '../../bin/cli/reproduction-noise';
import delong from '../reference/delong.json';
import metrics from '../reference/metrics.json';

const labels = Float64Array.from(delong.labels);
const scores = Float64Array.from(delong.scores.s100b);

describe('compareWithNoise', () => {
  test('takes the interval of the AUC as pROC has it: s100b on aSAH, .6301 to .8326', () => {
    const [auc] = compareWithNoise(labels, scores, scores);
    expect(auc?.was).toBeCloseTo(0.7313686, 7);
    expect((auc?.was ?? 0) - (auc?.noise ?? 0)).toBeCloseTo(0.6301182, 6);
    expect((auc?.was ?? 0) + (auc?.noise ?? 0)).toBeCloseTo(0.8326189, 6);
    expect(auc).toMatchObject({ title: 'AUC', is: auc?.was, withinNoise: true });
  });

  test('finds a training that came out hardly otherwise within noise, and one that is turned around not', () => {
    const shaken = scores.map((score, row) => score + (row % 2 ? 1e-4 : -1e-4));
    expect(compareWithNoise(labels, scores, shaken).every(({ withinNoise }) => withinNoise)).toBe(true);
    const turned = scores.map((score) => -score);
    expect(compareWithNoise(labels, scores, turned).every(({ withinNoise }) => withinNoise)).toBe(false);
  });

  test('takes the standard error of the mean error for numbers', () => {
    const [sample] = metrics.regression;
    const numbers = Float64Array.from(sample?.labels ?? []);
    const predictions = Float64Array.from(sample?.predictions ?? []);
    const errors = numbers.map((label, row) => Math.abs(label - (predictions[row] as number)));
    const mean = errors.reduce((sum, one) => sum + one, 0) / errors.length;
    const variance = errors.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (errors.length - 1);
    const [mae] = compareWithNoise(numbers, predictions, predictions);
    expect(mae?.was).toBeCloseTo(mean, 9);
    expect(mae?.noise).toBeCloseTo(1.959963984540054 * Math.sqrt(variance / errors.length), 9);
  });
});
