import { quantileEdges } from './bins';
import { NumberCounter } from './number-counter';
import type { NumericProfile } from './profile';
import { Vocabulary, VocabularyCounter } from './vocabulary';

/** Counts of what texts are like. */
export interface TextProfile {
  /** UTF-16 code units of a text. */
  readonly characters: NumericProfile;
  /** Runs of letters and digits. */
  readonly words: NumericProfile;
  /**
   * Share of a text's different words that the training data do not have; not a number for a text without
   * words.
   */
  readonly newWords: NumericProfile;
  /** {@link Vocabulary} of the training data; only a baseline has it. */
  readonly vocabulary?: string;
}

/** The measures of {@link TextProfile}, in order. */
export const TEXT_MEASURES = ['characters', 'words', 'newWords'] as const;

/** Fewer different values are categories. */
const FEWEST_TEXTS = 100;
/** Of the rows: most texts are written once. */
const LEAST_DIFFERENT = 0.5;
const LEAST_MEAN_WORDS = 3;
/** Further words of a text do not count: a cell may have megabytes. */
const MOST_WORDS = 2_000;

/** Whether values are texts that people have written, rather than categories or identifiers. */
export function areTexts(frequency: ReadonlyMap<string, number>): boolean {
  if (frequency.size < FEWEST_TEXTS) return false;
  let rows = 0;
  for (const count of frequency.values()) rows += count;
  if (frequency.size < LEAST_DIFFERENT * rows) return false;
  let words = 0;
  for (const [text, count] of frequency) words += count * wordsOf(text).length;
  return words >= LEAST_MEAN_WORDS * rows;
}

/**
 * Profiles the texts of training data. A word of a text is new there if no other row has it, as it would be
 * in traffic: the share of new words in a row that was not there is estimated so without bias (I. J. Good,
 * Biometrika 40 (1953), p. 237).
 */
export function profileTexts(frequency: ReadonlyMap<string, number>): TextProfile {
  const vocabulary = new VocabularyCounter();
  for (const [text, count] of frequency) vocabulary.add(different(wordsOf(text)), count);
  const measured = TEXT_MEASURES.map((): number[] => []);
  for (const [text, count] of frequency) {
    const values = measuresOf(text, (word) => vocabulary.isInOneRow(word));
    for (const [index, value] of values.entries())
      for (let i = 0; i < count; i++) measured[index]?.push(value);
  }
  const [characters, words, newWords] = measured.map((values) => {
    const counter = new NumberCounter(quantileEdges(values));
    for (const value of values) counter.add(value);
    return counter.profile();
  }) as [NumericProfile, NumericProfile, NumericProfile];
  return { characters, words, newWords, vocabulary: vocabulary.toString() };
}

/** Counts texts in the bins of a baseline. */
export class TextMeasureCounter {
  private readonly counters: readonly NumberCounter[];
  private readonly vocabulary: Vocabulary;

  constructor(baseline: TextProfile & { readonly vocabulary: string }) {
    this.counters = TEXT_MEASURES.map((measure) => new NumberCounter(baseline[measure].edges));
    this.vocabulary = new Vocabulary(baseline.vocabulary);
  }

  add(text: string): void {
    const values = measuresOf(text, (word) => !this.vocabulary.has(word));
    for (const [index, value] of values.entries()) this.counters[index]?.add(value);
  }

  profile(): TextProfile {
    const [characters, words, newWords] = this.counters.map((counter) => counter.profile());
    return { characters, words, newWords } as TextProfile;
  }
}

/** In the order of {@link TEXT_MEASURES}. */
function measuresOf(text: string, isNew: (word: string) => boolean): readonly number[] {
  const words = wordsOf(text);
  const once = different(words);
  return [text.length, words.length, once.filter(isNew).length / once.length];
}

function different(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.toLowerCase()))];
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    words.push(word);
    if (words.length === MOST_WORDS) break;
  }
  return words;
}
