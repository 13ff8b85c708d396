import { ByteTexts } from './byte-texts';
import { type Cell, isMissingCategory } from './cell';
import { endOfCell, textIn } from './cell-bytes';
import { NumberCounter } from './number-counter';
import { OtherCategories } from './other-categories';
import type { CategoricalProfile, FeatureProfile } from './profile';
import { TextMeasureCounter, type TextProfile } from './text-profile';

/** Counts the cells of one feature in given bins. */
export interface FeatureCounter {
  add(cell: Cell | undefined): void;
  /**
   * Counts a cell of CSV in UTF-8 that is not quoted, as {@link add} counts its text.
   *
   * @returns where it ends
   */
  addBytes(bytes: Uint8Array, start: number, endOfLine: number): number;
  profile(): FeatureProfile;
}

/** Counts in the bins of a profile. */
export function featureCounter(like: FeatureProfile): FeatureCounter {
  if (like.kind === 'numeric') return new NumberCounter(like.edges);
  const { vocabulary } = like.text ?? {};
  if (like.text && vocabulary !== undefined) return new TextCounter({ ...like.text, vocabulary });
  return new CategoryCounter(like.categories);
}

/** Counts what texts are like. */
class TextCounter implements FeatureCounter {
  private readonly texts: TextMeasureCounter;
  private other = 0;
  private missing = 0;

  constructor(baseline: TextProfile & { readonly vocabulary: string }) {
    this.texts = new TextMeasureCounter(baseline);
  }

  add(cell: Cell | undefined): void {
    if (isMissingCategory(cell)) {
      this.missing++;
      return;
    }
    this.other++;
    this.texts.add(String(cell));
  }

  addBytes(bytes: Uint8Array, start: number, endOfLine: number): number {
    const end = endOfCell(bytes, start, endOfLine);
    this.add(textIn(bytes, start, end));
    return end;
  }

  profile(): CategoricalProfile {
    const { other, missing, texts } = this;
    return { kind: 'categorical', categories: [], counts: [], other, missing, text: texts.profile() };
  }
}

/** Counts cells by category. */
export class CategoryCounter implements FeatureCounter {
  private readonly indices: ReadonlyMap<string, number>;
  private readonly counts: Float64Array;
  private readonly others = new OtherCategories();
  private readonly bytes: ByteTexts;
  private missing = 0;

  constructor(private readonly categories: readonly string[]) {
    this.indices = new Map(categories.map((category, index) => [category, index]));
    this.counts = new Float64Array(categories.length);
    this.bytes = new ByteTexts(categories);
  }

  add(cell: Cell | undefined): void {
    if (isMissingCategory(cell)) {
      this.missing++;
      return;
    }
    const category = String(cell);
    const index = this.indices.get(category);
    if (index === undefined) this.others.add(category, 1);
    else this.count(index);
  }

  addBytes(bytes: Uint8Array, start: number, endOfLine: number): number {
    const end = endOfCell(bytes, start, endOfLine);
    const index = this.bytes.indexOf(bytes, start, end);
    if (index === undefined) this.add(textIn(bytes, start, end));
    else this.count(index);
    return end;
  }

  profile(): CategoricalProfile {
    const { categories, counts, others, missing } = this;
    return { kind: 'categorical', categories, counts: [...counts], ...others.counts(), missing };
  }

  private count(index: number): void {
    (this.counts[index] as number)++;
  }
}
