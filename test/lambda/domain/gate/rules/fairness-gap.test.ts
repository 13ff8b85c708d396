import { Random } from '../../../../../bench/random';
import { fairnessGap } from '../../../../../lambda/domain/gate/rules/fairness-gap';
import type { GateEvidence } from '../../../../../lambda/domain/gate/rules/rule';
import { accuracy } from '../../../../../lambda/domain/metrics/accuracy';

/** Rows of young and old people, of whom the challenger is right about shares that differ by the gap. */
function draw(random: Random, gap: number, rowsPerGroup: number): Omit<GateEvidence, 'comparison'> {
  const rows = 600;
  const label = Array.from({ length: rows }, () => Number(random.uniform() < 0.5));
  const age = label.map((_, i) => (Math.floor(i / rowsPerGroup) % 2 ? 'old' : 'young'));
  let isRight = true;
  const challenger = label.map((one, i) => {
    // Whoever is a group is right or wrong together.
    if (i % rowsPerGroup === 0) isRight = random.uniform() < (age[i] === 'old' ? 0.85 - gap : 0.85);
    return (isRight ? one : 1 - one) ? 0.9 : 0.1;
  });
  return {
    metric: accuracy(),
    alpha: 0.05,
    minimumRows: 30,
    labels: Float64Array.from(label),
    challenger: Float64Array.from(challenger),
    columns: { age },
    rivals: {},
    ...(rowsPerGroup > 1 && { groups: Uint32Array.from(label, (_, i) => Math.floor(i / rowsPerGroup)) }),
  };
}

const passed = (gap: number, rowsPerGroup = 1) => {
  const random = new Random(20261126);
  const rule = fairnessGap('age', 0.1);
  const drawn = Array.from({ length: 400 }, () => draw(random, gap, rowsPerGroup) as GateEvidence);
  return drawn.filter((evidence) => rule(evidence)?.passed).length;
};

// More than 35 of 400 happen with probability 5e-4 at .05 (binomial).
test.each([1, 5])(
  'a gap as wide as the limit passes no more often than alpha, with %d rows a group',
  (rows) => {
    expect(passed(0.1, rows)).toBeLessThanOrEqual(35);
  },
);

test('none is found by most holdouts that are large enough', () => {
  expect(passed(0)).toBeGreaterThanOrEqual(300);
});
