import { Random } from '../../../../bench/random';
import { CategoryColumn } from '../../../../lambda/aws/category-column';
import { baselineSchema } from '../../../../lambda/domain/data/baseline';
import {
  type DatasetProfile,
  haveSameBins,
  merge,
  profileRows,
} from '../../../../lambda/domain/data/profile';
import { detectDrift } from '../../../../lambda/domain/traffic/drift';

/** Texts of words from a vocabulary, of which some are frequent, as in languages (Zipf). */
class Writer {
  private readonly random: Random;

  constructor(
    seed: number,
    private readonly language = 'w',
    private readonly meanWords = 12,
  ) {
    this.random = new Random(seed);
  }

  texts(count: number): string[] {
    return Array.from({ length: count }, () => {
      const words = 3 + Math.floor(2 * (this.meanWords - 3) * this.random.uniform());
      return Array.from({ length: words }, () => this.word()).join(' ');
    });
  }

  private word(): string {
    return `${this.language}${Math.floor(8_000 ** this.random.uniform())}`;
  }
}

function baselineOf(texts: readonly string[]): DatasetProfile {
  const column = new CategoryColumn();
  for (const text of texts) column.add(text);
  return { rows: texts.length, features: { review: column.profile() } };
}

function windowOf(baseline: DatasetProfile, texts: readonly string[]): DatasetProfile {
  return profileRows(
    baseline,
    ['review'],
    texts.map((text) => ({ cells: [text] })),
  );
}

const baseline = baselineOf(new Writer(1).texts(3_000));

describe('a column of texts', () => {
  test('has its characters, words and new words compared, and raises no alarm for texts of the same kind', () => {
    const writer = new Writer(2);
    const alarms = Array.from({ length: 60 }, () =>
      detectDrift(baseline, windowOf(baseline, writer.texts(300))),
    ).filter(({ status }) => status === 'drift');
    expect(alarms).toEqual([]);
    const report = detectDrift(baseline, windowOf(baseline, writer.texts(300)));
    expect(report.features.map(({ feature }) => feature)).toEqual([
      'review',
      'review.characters',
      'review.words',
      'review.newWords',
    ]);
  });

  test.each([
    ['are shorter', new Writer(3, 'w', 8), 'review.words'],
    ['have words that nobody used', new Writer(3, 'v'), 'review.newWords'],
  ])('has drifted if its texts %s', (_what, writer, farthest) => {
    const { drifted } = detectDrift(baseline, windowOf(baseline, writer.texts(300)));
    expect(drifted[0]).toBe(farthest);
  });

  test('counts as many new words in its own rows as in others of the same kind', () => {
    const { text } = baseline.features.review as {
      text?: { newWords: { edges: number[]; counts: number[] } };
    };
    const window = windowOf(baseline, new Writer(4).texts(3_000));
    const without = (profile: DatasetProfile) => {
      const { newWords } = (profile.features.review as unknown as { text: NonNullable<typeof text> }).text;
      return newWords.counts
        .slice(0, newWords.edges.findIndex((edge) => edge >= 0) + 1)
        .reduce((a, b) => a + b, 0);
    };
    // Two shares of 3,000 rows are within three standard errors of each other.
    expect(Math.abs(without(baseline) - without(window))).toBeLessThan(3 * Math.sqrt(2 * 3_000 * 0.25));
  });

  test('is read from the document of a baseline, and adds up hour by hour', () => {
    const read = baselineSchema.parse(JSON.parse(JSON.stringify(baseline))) as DatasetProfile;
    const texts = new Writer(5).texts(200);
    const hours = [texts.slice(0, 80), texts.slice(80)].map((some) => windowOf(read, some));
    expect(merge(hours[0] as DatasetProfile, hours[1] as DatasetProfile)).toEqual(windowOf(baseline, texts));
    expect(haveSameBins(baseline, windowOf(baseline, []))).toBe(true);
  });

  test('has the policy of its column, unless a measure has its own', () => {
    const window = windowOf(baseline, new Writer(3, 'v').texts(300));
    const ignored = { review: { importance: 0.01 } };
    expect(detectDrift(baseline, window, { features: ignored }).drifted).toEqual([]);
    const features = { ...ignored, 'review.newWords': { importance: 1 } };
    expect(detectDrift(baseline, window, { features }).drifted).toEqual(['review.newWords']);
  });

  test('is none if its values are categories, identifiers, or few', () => {
    const categories = Array.from({ length: 3_000 }, (_, index) => `a category of ${index % 200}`);
    const identifiers = Array.from({ length: 3_000 }, (_, index) => `customer-${index}`);
    for (const values of [categories, identifiers, new Writer(1).texts(99)])
      expect(baselineOf(values).features.review).not.toHaveProperty('text');
  });
});
