import { Random } from '../../../../../bench/random';
import { DEFAULT_CANARY_POLICY } from '../../../../../lambda/domain/release/canary-analysis';
import { alphaOf } from '../../../../../lambda/domain/release/rules/alpha-shares';
import { pairedQuality } from '../../../../../lambda/domain/release/rules/paired-quality';
import {
  addLabelledPairs,
  type LabelledPair,
  type ShadowQuality,
} from '../../../../../lambda/domain/release/shadow-quality';

const MINUTES = 10;

/** In as many minutes, each of them alike. */
const counts = (challengerOnly: number, championOnly: number, neither: number): ShadowQuality => ({
  kind: 'classes',
  firstErrors: [],
  challengerOnly,
  championOnly,
  both: 0,
  neither,
  minutes: Array.from({ length: MINUTES }, (_, minute) => ({
    minute,
    challengerOnly: challengerOnly / MINUTES,
    championOnly: championOnly / MINUTES,
    requests: (challengerOnly + championOnly + neither) / MINUTES,
  })),
});

const judge = (quality: ShadowQuality, policy = {}) =>
  pairedQuality({ quality, unusable: 0 }, { ...DEFAULT_CANARY_POLICY, ...policy });

test('rows that both get wrong, or right, are no evidence', () => {
  const { message, verdict } = judge({ ...counts(0, 0, 900), both: 100 });
  expect(verdict).toBe('promote');
  expect(message).toContain(
    'challenger was wrong in 100 of 1000 (10 %), champion in 100; alone in 0 and 0: evidence 1:1',
  );
});

test('a challenger that alone is wrong far more often is rolled back, unless the drop is tolerated', () => {
  expect(judge(counts(80, 20, 300)).verdict).toBe('rollback');
  expect(judge(counts(20, 80, 300)).verdict).toBe('promote');
  expect(judge(counts(80, 20, 300), { toleratedQualityDrop: 0.15 })).toMatchObject({
    verdict: 'promote',
    message: expect.stringContaining('a drop this small is tolerated'),
  });
});

test('one request is evidence once, however many of its rows the challenger alone gets wrong', () => {
  const one = (rows: number, wrong: number) => ({
    minute: 1,
    rows: Array.from({ length: rows }, (_, row): LabelledPair => {
      return { champion: 1, challenger: row < wrong ? 0 : 1, label: 1 };
    }),
  });
  const quality = addLabelledPairs([one(200, 150), one(1, 0)], undefined, { type: 'binary' });
  expect(quality).toMatchObject({
    challengerOnly: 150,
    neither: 51,
    minutes: [{ minute: 1, challengerOnly: 0.75, championOnly: 0, requests: 2 }],
  });
  expect(judge(quality as ShadowQuality).verdict).toBe('promote');
});

test('equal versions, evaluated after each row that tells them apart, are rolled back with probability alpha at most', () => {
  const policy = { ...DEFAULT_CANARY_POLICY, alpha: 0.5, toleratedQualityDrop: 0 };
  const alpha = alphaOf('quality', policy);
  const random = new Random(5);
  const releases = 300;
  let rolledBack = 0;
  for (let release = 0; release < releases; release++) {
    let quality: ShadowQuality | undefined;
    for (let row = 0; row < 100; row++) {
      const hard = random.uniform() < 0.3;
      const answer = () => (hard && random.uniform() < 0.5 ? 0 : 1);
      const pair: LabelledPair = { champion: answer(), challenger: answer(), label: 1 };
      const request = { minute: Math.floor(row / 5), rows: [pair] };
      quality = addLabelledPairs([request], quality, { type: 'binary' }) as ShadowQuality;
      // Other rows are no evidence: with an evaluation after each of them, no other release is rolled back.
      if (pair.champion === pair.challenger) continue;
      if (judge(quality, policy).verdict === 'rollback') {
        rolledBack++;
        break;
      }
    }
  }
  // So many, or more, happen once in 10,000 times (normal approximation).
  expect(rolledBack).toBeLessThan(releases * alpha + 3.72 * Math.sqrt(releases * alpha));
});
