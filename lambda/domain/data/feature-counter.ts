import { BinFinder } from './bin-finder';
import { ByteTexts } from './byte-texts';
import { type Cell, isMissingCategory, numberOf } from './cell';
import { endOfCell, NumberCells, textIn } from './cell-bytes';
import { OtherCategories } from './other-categories';
import type { CategoricalProfile, FeatureProfile, NumericProfile } from './profile';

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
  return like.kind === 'numeric' ? new NumberCounter(like.edges) : new CategoryCounter(like.categories);
}

/** Counts numbers between edges. */
export class NumberCounter implements FeatureCounter {
  private readonly bins: BinFinder;
  private readonly cells = new NumberCells();
  private readonly counts: Float64Array;
  private missing = 0;

  constructor(private readonly edges: readonly number[]) {
    this.bins = new BinFinder(edges);
    this.counts = new Float64Array(edges.length + 1);
  }

  add(cell: Cell | undefined): void {
    this.count(numberOf(cell));
  }

  addBytes(bytes: Uint8Array, start: number, endOfLine: number): number {
    const end = this.cells.read(bytes, start, endOfLine);
    this.count(this.cells.value);
    return end;
  }

  profile(): NumericProfile {
    return { kind: 'numeric', edges: this.edges, counts: [...this.counts], missing: this.missing };
  }

  private count(value: number): void {
    if (Number.isNaN(value)) this.missing++;
    else (this.counts[this.bins.of(value)] as number)++;
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
