import { Random } from '../../../../bench/random';
import {
  BROKEN,
  type EvidenceProps,
  type RatePair,
  rateEvidence,
} from '../../../../lambda/domain/statistics/rate-evidence';
import reference from '../../../reference/rate-evidence.json';

const { alpha, boundAlpha, trials, mostAlarms } = reference;
const NEEDED = -Math.log(alpha);

const evidence = (stretches: readonly RatePair[], more: Partial<EvidenceProps> = {}) =>
  rateEvidence(stretches, { needed: NEEDED, boundAlpha, alternatives: BROKEN, isSplit: true, ...more });

const pair = (challenger: [number, number], champion: [number, number]): RatePair => ({
  challenger: { events: challenger[0], requests: challenger[1] },
  champion: { events: champion[0], requests: champion[1] },
});

test.each(reference.cases.map((one, index) => [index, one] as const))(
  "is that of scipy's distributions: case %i",
  (_index, { stretches, split, unsplit }) => {
    const pairs = (stretches as [[number, number], [number, number]][]).map(([a, b]) => pair(a, b));
    expect(evidence(pairs)).toBeCloseTo(split, 9);
    expect(evidence(pairs, { isSplit: false })).toBeCloseTo(unsplit, 9);
  },
);

test('nothing is no evidence', () => {
  expect(evidence([])).toBe(0);
  expect(evidence([pair([0, 0], [5, 100]), pair([0, 0], [0, 0])])).toBe(0);
  expect(evidence([pair([10, 10], [0, 0])])).toBe(0);
});

test('what was evidence once stays', () => {
  const suspicious = pair([2, 10], [0, 90]);
  const good = Array(1000).fill(pair([0, 10], [1, 90]));
  expect(evidence([suspicious, ...good])).toBe(evidence([suspicious]));
});

test('splitting makes the same outcomes stronger, the more the nearer the end is', () => {
  const bad = pair([3, 120], [10, 1080]);
  expect(evidence([bad])).toBeGreaterThan(evidence([bad], { isSplit: false }));
  const gained = (needed: number) =>
    evidence([bad], { needed }) - evidence([bad], { needed, isSplit: false });
  expect(gained(3)).toBeGreaterThan(gained(6));
});

test('errors that are counted after their requests are no mistake', () => {
  const late = pair([3, 2], [0, 18]);
  expect(evidence([late])).toBe(evidence([late], { isSplit: false }));
});

test.each([
  ['together', 0.1, 0.02],
  ['together, rare', 0.1, 0.001],
  ['together, half and half', 0.5, 0.05],
  ['alone after half of the time', 1, 0.02],
])(
  'equal rates, looked at for an hour, give a false alarm with probability alpha at most: %s',
  (_title, share, rate) => {
    const random = new Random(20261124);
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
      if (evidence(stretches) >= NEEDED) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(mostAlarms);
  },
);

test('a rate that is ten times as high is found within minutes, with a tenth of the traffic', () => {
  const random = new Random(1);
  const found = Array.from({ length: 200 }, () => {
    const stretches = Array.from({ length: 2 }, () =>
      pair([random.binomial(120, 0.1), 120], [random.binomial(1080, 0.01), 1080]),
    );
    return evidence(stretches) >= NEEDED;
  }).filter(Boolean);
  expect(found.length).toBeGreaterThan(190);
});
