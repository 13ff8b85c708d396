import { type Cell, numberOf } from '../cell';
import type { DataSchema } from '../data-schema';
import { placements } from '../placements';
import { SeededRandom } from '../seeded-random';
import type { ValidationFinding } from './finding';

/**
 * Looks for features that give the label away: on a uniform sample of the rows (A. G. Waterman's reservoir, in D. E. Knuth, The
 * Art of Computer Programming 2, 3.4.2), the area under the ROC curve of each feature alone. Missing values count as below all
 * others; a category counts by the share of class 1 in one half of the sample, and is judged on the other.
 */
export class LeakageCheck {
  private readonly labels: number[] = [];
  private readonly sample: Cell[][] = [];
  private readonly random = new SeededRandom(20261124);
  private readonly capacity: number;
  private rows = 0;

  constructor(
    private readonly features: readonly { readonly name: string; readonly isCategory: boolean }[],
    private readonly limit: DataSchema['leakage'],
  ) {
    this.capacity = Math.min(ROWS, Math.floor(CELLS / Math.max(1, features.length)));
  }

  /** @param cells in the order of the features; they are kept only if the row is drawn */
  add(label: number, cells: () => Cell[]): void {
    this.rows++;
    if (this.labels.length < this.capacity) {
      this.labels.push(label);
      this.sample.push(cells());
      return;
    }
    const place = this.random.below(this.rows);
    if (place >= this.capacity) return;
    this.labels[place] = label;
    this.sample[place] = cells();
  }

  findings(): ValidationFinding[] {
    const { maximumAuc = 0.999, severity = 'stop' } = this.limit ?? {};
    const ones = this.labels.filter((label) => label === 1).length;
    if (Math.min(ones, this.labels.length - ones) < FEWEST_OF_A_CLASS) return [];
    return this.features.flatMap(({ name, isCategory }, column): ValidationFinding[] => {
      const cells = this.sample.map((row) => row[column] as Cell);
      const auc = isCategory ? this.aucOfCategory(cells) : this.aucOfNumber(cells);
      const strength = Math.max(auc, 1 - auc);
      if (!(strength >= maximumAuc)) return [];
      const what = this.equals(cells)
        ? 'is the label itself'
        : `tells the label all alone (AUC ${Number(strength.toFixed(4))})`;
      const message = `feature '${name}' ${what}: it is probably known only after the label; leave it out of the features`;
      return [{ rule: 'leakage', severity, message, column: name }];
    });
  }

  private aucOfNumber(cells: readonly Cell[]): number {
    return placements(this.labels, cells.map(orderOf)).auc;
  }

  private aucOfCategory(cells: readonly Cell[]): number {
    const random = new SeededRandom(20261125);
    const judges = cells.map(() => random.below(2) === 1);
    const shares = new Map<string, [ones: number, rows: number]>();
    cells.forEach((cell, i) => {
      if (judges[i]) return;
      const counts = shares.get(String(cell)) ?? [0, 0];
      counts[0] += this.labels[i] as number;
      counts[1]++;
      shares.set(String(cell), counts);
    });
    const judging = cells.flatMap((cell, i) =>
      judges[i] ? [{ cell, label: this.labels[i] as number }] : [],
    );
    const labels = judging.map(({ label }) => label);
    const scores = judging.map(({ cell }) => {
      const [ones, rows] = shares.get(String(cell)) ?? [1, 2];
      return ones / rows;
    });
    return new Set(labels).size === 2 ? placements(labels, scores).auc : 0.5;
  }

  private equals(cells: readonly Cell[]): boolean {
    return cells.every((cell, i) => numberOf(cell) === this.labels[i]);
  }
}

/** Rows of the sample, and cells of all its rows together. */
const ROWS = 10_000;
const CELLS = 4_000_000;
/** With fewer, a feature tells them apart by chance. */
const FEWEST_OF_A_CLASS = 20;

function orderOf(cell: Cell): number {
  const value = numberOf(cell);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
