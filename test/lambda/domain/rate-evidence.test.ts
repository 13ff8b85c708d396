import { Random } from '../../../bench/random';
import { type RatePair, rateEvidence } from '../../../lambda/domain/rate-evidence';
import reference from '../../reference/rate-evidence.json';

const pair = (challenger: [number, number], champion: [number, number]): RatePair => ({
  challenger: { events: challenger[0], requests: challenger[1] },
  champion: { events: champion[0], requests: champion[1] },
});

test.each(reference.cases.map((one, index) => [index, one] as const))(
  "is that of scipy's distributions: case %i",
  (_index, { stretches, evidence }) => {
    const pairs = (stretches as [[number, number], [number, number]][]).map(([a, b]) => pair(a, b));
    expect(rateEvidence(pairs, reference.boundAlpha)).toBeCloseTo(evidence, 9);
  },
);

test('nothing is no evidence', () => {
  expect(rateEvidence([], 0.01)).toBe(0);
  expect(rateEvidence([pair([0, 0], [5, 100]), pair([0, 0], [0, 0])], 0.01)).toBe(0);
  expect(rateEvidence([pair([10, 10], [0, 0])], 0.01)).toBe(0);
});

test('what was evidence once stays', () => {
  const bad = pair([9, 10], [0, 90]);
  const good = Array(1000).fill(pair([0, 10], [1, 90]));
  expect(rateEvidence([bad, ...good], 0.01)).toBe(rateEvidence([bad], 0.01));
});

/** The most false alarms of `trials` that a true rate of `alpha` gives, with probability 1 - 1e-4 (normal approximation). */
const mostFalse = (trials: number, alpha: number) =>
  trials * alpha + 3.72 * Math.sqrt(trials * alpha * (1 - alpha));

test.each([
  ['together', 0.1, 0.02],
  ['together, rare', 0.1, 0.001],
  ['together, half and half', 0.5, 0.05],
  ['alone after half of the time', 1, 0.02],
])(
  'equal rates, looked at for an hour, give a false alarm with probability alpha at most: %s',
  (_title, share, rate) => {
    const random = new Random(20261124);
    const alpha = 0.05;
    const trials = 1000;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const stretches = Array.from({ length: 60 }, (_, minute) => {
        const shareNow = share < 1 ? share : minute < 30 ? 0.1 : 1;
        const challenger = random.binomial(300, shareNow);
        return pair(
          [random.binomial(challenger, rate), challenger],
          [random.binomial(300 - challenger, rate), 300 - challenger],
        );
      });
      if (rateEvidence(stretches, alpha / 10) >= -Math.log(0.9 * alpha)) alarms++;
    }
    expect(alarms).toBeLessThan(mostFalse(trials, alpha));
  },
);

test('a rate that is ten times as high is found within minutes, with a tenth of the traffic', () => {
  const random = new Random(1);
  const found = Array.from({ length: 200 }, () => {
    const stretches = Array.from({ length: 2 }, () =>
      pair([random.binomial(120, 0.1), 120], [random.binomial(1080, 0.01), 1080]),
    );
    return rateEvidence(stretches, 0.001) >= -Math.log(0.05 * 0.8);
  }).filter(Boolean);
  expect(found.length).toBeGreaterThan(190);
});
