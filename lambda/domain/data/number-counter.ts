import { BinFinder } from './bin-finder';
import { type Cell, numberOf } from './cell';
import { NumberCells } from './cell-bytes';
import type { FeatureCounter } from './feature-counter';
import type { NumericProfile } from './profile';

/** Numbers that are counted together: the tables of one feature fit into the processor's nearest cache. */
const AT_A_TIME = 256;

/** Counts numbers between edges. */
export class NumberCounter implements FeatureCounter {
  private readonly bins: BinFinder;
  private readonly cells = new NumberCells();
  private readonly counts: Float64Array;
  private readonly waiting = new Float64Array(AT_A_TIME);
  private waits = 0;
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
    this.countWaiting();
    return { kind: 'numeric', edges: this.edges, counts: [...this.counts], missing: this.missing };
  }

  private count(value: number): void {
    if (Number.isNaN(value)) {
      this.missing++;
      return;
    }
    this.waiting[this.waits++] = value;
    if (this.waits === AT_A_TIME) this.countWaiting();
  }

  private countWaiting(): void {
    const { bins, counts, waiting } = this;
    for (let i = 0; i < this.waits; i++) (counts[bins.of(waiting[i] as number)] as number)++;
    this.waits = 0;
  }
}
