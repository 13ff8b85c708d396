import { Random } from '../../../../bench/random';
import { type ConceptDriftDetector, conceptDriftOf } from '../../../../lambda/domain/quality/concept-drift';
import type { LabelledRows } from '../../../../lambda/domain/quality/labelled-rows';

const BINARY = { type: 'binary' } as const;
const ADWIN = { detector: 'adwin', alpha: 0.01 / 24 } as const;
const START = Date.parse('2026-11-24T00:00:00Z');
const MINUTE = 60_000;

/** A request a minute, which is answered wrongly at the rate of its part. */
function draw(random: Random, ...parts: readonly (readonly [count: number, rate: number])[]): LabelledRows {
  const wrong = parts.flatMap(([count, rate]) =>
    Array.from({ length: count }, () => Number(random.uniform() < rate)),
  );
  return {
    labels: new Float64Array(wrong.length),
    predictions: Float64Array.from(wrong),
    times: Float64Array.from(wrong, (_, i) => START + i * MINUTE),
  };
}

test('says since when answers are wrong more often', () => {
  const found = conceptDriftOf(draw(new Random(1), [700, 0.1], [700, 0.3]), BINARY, ADWIN);
  expect(found).toMatchObject({ detector: 'adwin', requests: 1400, hasDrifted: true });
  expect(found?.before).toBeCloseTo(0.1, 1);
  expect(found?.after).toBeCloseTo(0.3, 1);
  const since = (Date.parse(found?.since ?? '') - START) / MINUTE;
  expect(Math.abs(since - 700)).toBeLessThan(40);
});

test('a rate that is back, or has become lower, is no drift', () => {
  const random = new Random(2);
  const back = conceptDriftOf(draw(random, [700, 0.1], [300, 0.5], [700, 0.1]), BINARY, ADWIN);
  expect(back).toEqual({ detector: 'adwin', requests: 1700, hasDrifted: false });
  const lower = conceptDriftOf(draw(random, [700, 0.4], [700, 0.1]), BINARY, ADWIN);
  expect(lower).toMatchObject({ hasDrifted: false });
});

test('requests count once, and numbers are wrong if they are farther off than half of the rows', () => {
  const random = new Random(3);
  const { labels, predictions, times } = draw(random, [700, 0.1], [700, 0.9]);
  const twice = (column: Float64Array) => Float64Array.from([...column].flatMap((one) => [one, one]));
  const rows = {
    labels: twice(labels),
    predictions: twice(predictions),
    times: twice(times as Float64Array),
    requests: Uint32Array.from({ length: 2800 }, (_, row) => Math.floor(row / 2)),
  };
  expect(conceptDriftOf(rows, BINARY, ADWIN)).toMatchObject({ requests: 1400, hasDrifted: true });
  const noisy = {
    ...rows,
    predictions: rows.predictions.map((one) => (1 + 2 * one) * random.normal()),
  };
  expect(conceptDriftOf(noisy, { type: 'regression' }, ADWIN)).toMatchObject({ hasDrifted: true });
  expect(conceptDriftOf(draw(random, [99, 0.1]), BINARY, ADWIN)).toBeUndefined();
});

test.each<[ConceptDriftDetector, number, number]>([
  // Of 100 none is expected: the bound of ADWIN is far on the safe side.
  ['adwin', 0, 2],
  // The others promise no rate: that is why they are not the default.
  ['ddm', 10, 60],
  ['pageHinkley', 0, 10],
])('%s finds changes that are none in %d to %d of 100 windows', (detector, least, most) => {
  const random = new Random(20261130);
  const found = Array.from({ length: 100 }, () =>
    conceptDriftOf(draw(random, [1000, 0.1]), BINARY, { ...ADWIN, detector }),
  ).filter((one) => one?.hasDrifted).length;
  expect(found).toBeGreaterThanOrEqual(least);
  expect(found).toBeLessThanOrEqual(most);
});
