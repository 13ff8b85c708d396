import { calibrationCurve, precisionRecallCurve, rocCurve } from '../../../../lambda/domain/gate/curves';
import reference from '../../../reference/curves.json';

const { labels, scores, tied } = reference;

function expectPoints(points: readonly (readonly number[])[], expected: readonly (readonly number[])[]) {
  expect(points).toHaveLength(expected.length);
  for (const [index, point] of points.entries()) {
    expect(point[0]).toBeCloseTo(expected[index]?.[0] as number, 12);
    expect(point[1]).toBeCloseTo(expected[index]?.[1] as number, 12);
  }
}

describe('curves', () => {
  test('of ROC are those of scikit-learn, ties being one step', () => {
    expectPoints(rocCurve(labels, tied), reference.roc);
  });

  test('of precision and recall are those of scikit-learn, down to the threshold that finds all', () => {
    const found = precisionRecallCurve(labels, tied);
    // scikit-learn goes on to lower thresholds, which find nothing more.
    expectPoints(found, reference.precisionRecall.slice(0, found.length));
    expect(found.at(-1)?.[0]).toBe(1);
  });

  test('of calibration are those of scikit-learn', () => {
    const bins = calibrationCurve(labels, scores);
    expectPoints(
      bins.map(({ predicted, observed }) => [predicted, observed]),
      reference.calibration,
    );
    expect(bins.map(({ rows }) => rows)).toEqual(Array(10).fill(15));
    for (const { observed, interval } of bins) {
      expect(interval[0]).toBeLessThanOrEqual(observed);
      expect(interval[1]).toBeGreaterThanOrEqual(observed);
    }
  });

  test('of many thresholds are thinned and keep their ends', () => {
    const many = Array.from({ length: 5_000 }, (_, row) => row);
    const curve = rocCurve(
      many.map((row) => row % 2),
      many,
    );
    expect(curve.length).toBeLessThanOrEqual(200);
    expect(curve[0]).toEqual([0, 0]);
    expect(curve.at(-1)).toEqual([1, 1]);
  });
});
