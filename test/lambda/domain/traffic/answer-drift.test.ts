import { quantileEdges } from '../../../../lambda/domain/data/bins';
import { type Certainty, certaintiesOf } from '../../../../lambda/domain/data/certainty';
import {
  baselineProfile,
  type DatasetProfile,
  merge,
  profileNumbers,
  profileRows,
} from '../../../../lambda/domain/data/profile';
import { driftInWords } from '../../../../lambda/domain/pages/drift/drift-words';
import { SeededRandom } from '../../../../lambda/domain/statistics/seeded-random';
import { answersOf } from '../../../../lambda/domain/traffic/answers';
import { detectDrift } from '../../../../lambda/domain/traffic/drift';

const random = new SeededRandom(5);
const uniform = () => random.below(2 ** 30) / 2 ** 30;

/** Probabilities of three classes, of which those with a share of 0 never come first. */
function scoresOf(rows: number, [zero, one]: readonly [number, number, number], sharpness: number): number[] {
  const ends = [zero, zero + one, 1];
  return Array.from({ length: rows }, () => {
    const draw = uniform();
    const first = ends.findIndex((end) => draw < end);
    const top = 0.4 + (0.6 - 0.01) * uniform() ** (1 / sharpness);
    const rest = (1 - top) / 2;
    return [0, 1, 2].map((label) => (label === first ? top : rest));
  }).flat();
}

function baselineOf(scores: readonly number[]): DatasetProfile {
  const certainties = certaintiesOf(scores, 3);
  const numbers = (part: keyof Certainty) => {
    const values = certainties.map((one) => one[part]);
    return profileNumbers(values, quantileEdges(values));
  };
  return {
    ...baselineProfile([], answersOf(scores, 3)),
    certainty: { confidence: numbers('confidence'), entropy: numbers('entropy') },
  };
}

function windowOf(baseline: DatasetProfile, scores: readonly number[]): DatasetProfile {
  const [predictions, certainties] = [answersOf(scores, 3), certaintiesOf(scores, 3)];
  const rows = predictions.map((prediction, row) => ({
    cells: [],
    prediction,
    ...(certainties[row] && { certainty: certainties[row] }),
  }));
  return profileRows(baseline, [], rows);
}

const EVEN = [0.5, 0.3, 0.2] as const;
const baseline = baselineOf(scoresOf(4000, EVEN, 1));
const reportOf = (shares: readonly [number, number, number], sharpness = 1) =>
  detectDrift(baseline, windowOf(baseline, scoresOf(1500, shares, sharpness)));

test('classes, confidence and entropy of the same answers are stable', () => {
  const { status, features } = reportOf(EVEN);
  expect(status).toBe('stable');
  expect(features.map(({ feature, test: name }) => [feature, name])).toEqual([
    ['prediction', 'chi-squared'],
    ['prediction.confidence', 'kolmogorov-smirnov'],
    ['prediction.entropy', 'kolmogorov-smirnov'],
  ]);
});

test('shares of classes that change are drift of the answers, in words of the class', () => {
  const { drifted, features, findings } = reportOf([0.5, 0.1, 0.4]);
  expect(drifted).toEqual(['prediction']);
  expect(driftInWords(features[0] ?? { feature: '' }, { findings })).toMatch(
    /^(8\.\d|9|9\.\d|1\d) % of the values are '1'; (29|30|31) % in the training data$/,
  );
});

test('answers that collapse to one class are a finding', () => {
  const { findings } = reportOf([0, 0, 1]);
  expect(findings).toMatchObject([{ feature: 'prediction', kind: 'constant', value: '2', after: 1 }]);
});

test('a model that is less sure is found, though it answers the same classes', () => {
  expect(reportOf(EVEN, 0.5).drifted.toSorted()).toEqual(['prediction.confidence', 'prediction.entropy']);
});

test('answers that are no numbers are a finding', () => {
  const plain = baselineProfile(
    [],
    Array.from({ length: 1000 }, () => uniform()),
  );
  const rows = Array.from({ length: 1000 }, (_, row) => ({
    cells: [],
    prediction: row % 20 === 0 ? Number.NaN : uniform(),
  }));
  expect(detectDrift(plain, profileRows(plain, [], rows)).findings).toMatchObject([
    { feature: 'prediction', kind: 'missing', before: 0, after: 0.05 },
  ]);
});

test('the certainty of windows merges as their rows', () => {
  const [a, b] = [scoresOf(100, EVEN, 1), scoresOf(50, EVEN, 2)];
  expect(merge(windowOf(baseline, a), windowOf(baseline, b))).toEqual(windowOf(baseline, [...a, ...b]));
  const { certainty: _, ...without } = windowOf(baseline, a);
  expect(() => merge(without, windowOf(baseline, b))).toThrow('different bins');
});
