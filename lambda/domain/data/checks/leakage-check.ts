import type { Problem } from '../../../../contracts/problem';
import { classesOf } from '../../metrics/problem';
import { concordance } from '../../statistics/concordance';
import { placements } from '../../statistics/placements';
import { SeededRandom } from '../../statistics/seeded-random';
import { type Cell, numberOf } from '../cell';
import type { DataSchema } from '../data-schema';
import type { ValidationFinding } from './finding';

/** A feature that is checked. */
interface Feature {
  readonly name: string;
  readonly isCategory: boolean;
}

/**
 * Finds features that leak the label: on a uniform sample of the rows (A. G. Waterman's reservoir, in D. E.
 * Knuth, The Art of Computer Programming 2, 3.4.2), how well each feature alone ranks the rows by their
 * label. Of two classes that is the area under the ROC curve; of numbers the concordance, which is the same
 * for two; of several classes the area for the class that is told from the others worst. Missing values count
 * as below all others. A category counts by the share of a class, or by the mean label, in one half of the
 * sample, and is judged on the other.
 */
export class LeakageCheck {
  private readonly labels: number[] = [];
  private readonly sample: Cell[][] = [];
  private readonly random = new SeededRandom(20261124);
  private readonly capacity: number;
  private rows = 0;

  constructor(
    private readonly features: readonly Feature[],
    private readonly problem: Problem,
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
    if (this.fewest() < FEWEST_OF_A_CLASS) return [];
    return this.features.flatMap((feature, column): ValidationFinding[] => {
      const cells = this.sample.map((row) => row[column] as Cell);
      const strength = this.strengthOf(feature, cells);
      if (!(strength >= maximumAuc)) return [];
      const { name } = feature;
      const measure = this.problem.type === 'regression' ? 'concordance' : 'AUC';
      const what = this.equals(cells)
        ? 'is the label itself'
        : `predicts the label on its own (${measure} ${Number(strength.toFixed(4))})`;
      const message = `feature '${name}' ${what}: it is probably known only after the label; leave it out of the features`;
      return [{ rule: 'leakage', severity, message, column: name }];
    });
  }

  /** Rows of the rarest class of the sample; all of them for numbers. */
  private fewest(): number {
    const classes = classesOf(this.problem);
    if (classes === undefined) return this.labels.length;
    const counts = new Array<number>(classes).fill(0);
    for (const label of this.labels) counts[label] = (counts[label] as number) + 1;
    return Math.min(...counts);
  }

  private strengthOf({ isCategory }: Feature, cells: readonly Cell[]): number {
    switch (this.problem.type) {
      case 'binary':
        return fromHalf(
          isCategory ? aucByShares(this.labels, cells) : placements(this.labels, cells.map(orderOf)).auc,
        );
      case 'regression':
        return fromHalf(
          isCategory ? concordanceByMeans(this.labels, cells) : concordance(this.labels, cells.map(orderOf)),
        );
      case 'multiClass': {
        // A number that names the class puts the classes in no order, so that its values are taken for
        // categories.
        if (new Set(cells).size > MOST_CATEGORIES) return 0.5;
        const one = Array.from({ length: this.problem.classes }, (_, index) => index);
        const areas = one.map((each) =>
          aucByShares(
            this.labels.map((label) => Number(label === each)),
            cells,
          ),
        );
        return Math.min(...areas);
      }
    }
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
const MOST_CATEGORIES = 1000;

function fromHalf(area: number): number {
  return Math.max(area, 1 - area);
}

function aucByShares(labels: readonly number[], cells: readonly Cell[]): number {
  const judged = meansOfCategories(labels, cells);
  return new Set(judged.labels).size === 2 ? placements(judged.labels, judged.means).auc : 0.5;
}

function concordanceByMeans(labels: readonly number[], cells: readonly Cell[]): number {
  const judged = meansOfCategories(labels, cells);
  return concordance(judged.labels, judged.means);
}

/** The mean label of each row's category by the other half of the rows; that of all where it is not there. */
function meansOfCategories(labels: readonly number[], cells: readonly Cell[]) {
  const random = new SeededRandom(20261125);
  const judges = cells.map(() => random.below(2) === 1);
  const sums = new Map<string, [sum: number, rows: number]>();
  const all: [number, number] = [0, 0];
  cells.forEach((cell, i) => {
    if (judges[i]) return;
    const own = sums.get(String(cell)) ?? [0, 0];
    sums.set(String(cell), own);
    for (const counts of [own, all]) {
      counts[0] += labels[i] as number;
      counts[1]++;
    }
  });
  const judging = cells.flatMap((cell, i) => (judges[i] ? [{ cell, label: labels[i] as number }] : []));
  return {
    labels: judging.map(({ label }) => label),
    means: judging.map(({ cell }) => {
      const [sum, rows] = sums.get(String(cell)) ?? all;
      return rows === 0 ? 0 : sum / rows;
    }),
  };
}

function orderOf(cell: Cell): number {
  const value = numberOf(cell);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
