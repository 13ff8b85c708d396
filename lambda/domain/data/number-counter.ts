import { BinFinder } from './bin-finder';
import { type Cell, numberOf } from './cell';
import { NumberCells } from './cell-bytes';
import type { FeatureCounter } from './feature-counter';
import type { NumericProfile } from './profile';

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

  /** Counts numbers that stand so far from each other in a list. */
  addEach(values: Float64Array, first: number, distance: number): void {
    for (let at = first; at < values.length; at += distance) this.count(values[at] as number);
  }

  profile(): NumericProfile {
    return { kind: 'numeric', edges: this.edges, counts: [...this.counts], missing: this.missing };
  }

  private count(value: number): void {
    if (Number.isNaN(value)) this.missing++;
    else (this.counts[this.bins.of(value)] as number)++;
  }
}
