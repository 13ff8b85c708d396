import { pairedDeLong } from '../../../../lambda/domain/statistics/delong';
import reference from '../../../reference/delong.json';
import { expectRelative } from './relative';

const { labels, scores } = reference;
type Score = keyof typeof scores;

test.each(reference.tests)(
  'agrees with pROC on aSAH: $second against $first',
  ({ first, second, ...expected }) => {
    const test = pairedDeLong(labels, scores[first as Score], scores[second as Score]);
    expect(test.firstAuc).toBeCloseTo(reference.auc[first as Score], 12);
    expect(test.secondAuc).toBeCloseTo(reference.auc[second as Score], 12);
    expectRelative(test.z, expected.z, 1e-10);
    expectRelative(test.pValueTwoSided, expected.pValueTwoSided, 1e-10);
    expectRelative(test.pValueGreater, expected.pValueGreater, 1e-10);
  },
);

test('agrees with the published values of pROC on aSAH, wfns against s100b', () => {
  const test = pairedDeLong(labels, scores.s100b, scores.wfns);
  expect(test.firstAuc).toBeCloseTo(0.7313686, 7);
  expect(test.secondAuc).toBeCloseTo(0.8236789, 7);
  expect(test.z).toBeCloseTo(2.209, 3);
  expect(test.pValueTwoSided).toBeCloseTo(0.02718, 5);
});

test.each(['s100b', 'ndka', 'wfns'] as const)(
  'against a constant the standard error is that of the AUC of %s alone',
  (score) => {
    const constant = labels.map(() => 1);
    const { difference, standardError } = pairedDeLong(labels, constant, scores[score]);
    expectRelative(standardError, reference.standardError[score], 1e-10);
    expect(difference).toBeCloseTo(reference.auc[score] - 0.5, 12);
  },
);

test('a scoring does not beat itself', () => {
  const test = pairedDeLong(labels, scores.wfns, scores.wfns);
  expect(test).toMatchObject({
    difference: 0,
    standardError: 0,
    z: 0,
    pValueTwoSided: 1,
    pValueGreater: 0.5,
  });
});

test('exchanging the scorings changes the sign and nothing else', () => {
  const [one, other] = [
    pairedDeLong(labels, scores.s100b, scores.wfns),
    pairedDeLong(labels, scores.wfns, scores.s100b),
  ];
  expect(other.z).toBeCloseTo(-one.z, 12);
  expect(other.pValueTwoSided).toBeCloseTo(one.pValueTwoSided, 12);
});

test('a margin must be exceeded by the difference', () => {
  const lead = reference.auc.wfns - reference.auc.s100b;
  expect(pairedDeLong(labels, scores.s100b, scores.wfns, { margin: lead }).pValueGreater).toBeCloseTo(0.5, 9);
});

test('one row of a class is refused', () => {
  expect(() => pairedDeLong([0, 0, 1], [1, 2, 3], [3, 2, 1])).toThrow('two rows of class 1, got 1');
});
