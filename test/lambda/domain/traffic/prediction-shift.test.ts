import { Random } from '../../../../bench/random';
import { quantileEdges } from '../../../../lambda/domain/data/bins';
import { profileNumbers } from '../../../../lambda/domain/data/profile';
import { bandWidth, predictionShift } from '../../../../lambda/domain/traffic/prediction-shift';
import reference from '../../../reference/prediction-shift.json';

const profiles = (challenger: readonly number[], champion: readonly number[]) => {
  const edges = quantileEdges([...challenger, ...champion]);
  return [profileNumbers(challenger, edges), profileNumbers(champion, edges)] as const;
};

test.each(reference.samples)(
  'the distance is that of scipy: $distance',
  ({ challenger, champion, distance }) => {
    const shift = predictionShift(...profiles(challenger, champion), 0.05);
    expect(shift?.distance).toBeCloseTo(distance, 12);
    expect(shift?.rows).toEqual({ challenger: challenger.length, champion: champion.length });
  },
);

test.each(reference.bands)(
  'the band of $rows rows at $alpha is as published, and its error is proven',
  (band) => {
    expect(bandWidth(band.rows, band.alpha)).toBeCloseTo(band.width, 12);
    expect(band.provenError).toBeLessThanOrEqual(band.alpha);
    // The authors' own package finds the constant by a search, the published formula is a little wider.
    expect(band.width).toBeGreaterThan(band.confseq);
    expect(band.width).toBeLessThan(1.03 * band.confseq);
  },
);

test('there is no comparison of fewer than 100 rows', () => {
  const few = Array.from({ length: 99 }, (_, i) => i);
  const enough = [...few, 99];
  expect(predictionShift(...profiles(few, enough), 0.05)).toBeUndefined();
  expect(predictionShift(...profiles(enough, few), 0.05)).toBeUndefined();
  expect(predictionShift(...profiles(enough, enough), 0.05)).toMatchObject({ distance: 0 });
});

test('values that are missing count: a version that answers nothing is far from one that does', () => {
  const edges = quantileEdges([1, 2, 3]);
  const answers = Array.from({ length: 500 }, (_, i) => (i % 3) + 1);
  const shift = predictionShift(
    profileNumbers(Array(500).fill(''), edges),
    profileNumbers(answers, edges),
    0.05,
  );
  expect(shift?.distance).toBe(1);
});

describe('looked at again and again', () => {
  const edges = Array.from({ length: 200 }, (_, i) => (i + 1) / 201);
  const RELEASES = 200;

  /** Share of releases in which the interval ever leaves out the true distance. */
  const missed = (exponent: number, distance: number) => {
    let count = 0;
    for (let seed = 0; seed < RELEASES; seed++) {
      const random = new Random(seed);
      const challenger: number[] = [];
      const champion: number[] = [];
      let isMissed = false;
      for (let look = 0; look < 12; look++) {
        for (let row = 0; row < 100; row++) challenger.push(random.uniform() ** exponent);
        for (let row = 0; row < 300; row++) champion.push(random.uniform());
        const shift = predictionShift(
          profileNumbers(challenger, edges),
          profileNumbers(champion, edges),
          0.05,
        );
        const [low = 0, high = 1] = shift?.interval ?? [];
        if (low > distance || high < distance) isMissed = true;
      }
      if (isMissed) count++;
    }
    return count / RELEASES;
  };

  // max |x^(1/2) - x| = 1/4, at x = 1/4.
  test.each([
    ['of equal versions', 1, 0],
    ['of a version that answers lower', 2, 0.25],
  ])('the interval %s holds the truth in 95 % of the releases', (_title, exponent, distance) => {
    expect(missed(exponent, distance)).toBeLessThanOrEqual(0.05);
  });
});
