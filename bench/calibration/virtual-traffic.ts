import {
  baselineProfile,
  type DatasetProfile,
  type ProfileRow,
  profileRows,
} from '../../lambda/domain/data/profile';
import { Random } from '../random';

const DAY = 24;
const WEEK = 7 * DAY;
const CATEGORIES = [2, 5, 20, 100, 1000, 5000];
/**
 * Root mean square of the daily cycle, and how far the weekend lies from the other days, in standard
 * deviations.
 */
const DAILY = 0.3;
const WEEKEND = 0.3;

export interface VirtualTrafficProps {
  readonly seed: number;
  /** @default 20 */
  readonly features?: number;
  /** Rows of the training data, which are of all hours of a week alike. @default 100,000 */
  readonly trainingRows?: number;
}

/** Changes that a test is to find. */
export interface Change {
  /** By how many standard deviations the first feature moves. */
  readonly shift?: number;
  /** What its deviation from its mean is multiplied with. */
  readonly scale?: number;
  /** Share of its values that are missing. */
  readonly missing?: number;
  /** Share of its values that move to beyond all others. */
  readonly tail?: number;
  /** Share of the most frequent category of the first categorical feature that another one takes. */
  readonly category?: number;
}

/**
 * Rows with daily and weekly cycles, alike in training data and traffic. Of five features, three are normal
 * numbers, one is lognormal, and one is a category, of 2 to 5,000 values, by Zipf's law; half of the features
 * have cycles.
 */
export class VirtualTraffic {
  readonly names: readonly string[];
  readonly baseline: DatasetProfile;
  private readonly random: Random;
  private readonly features: number;

  constructor({ seed, features = 20, trainingRows = 100_000 }: VirtualTrafficProps) {
    this.random = new Random(seed);
    this.features = features;
    this.names = Array.from({ length: features }, (_, index) => `${kindOf(index)}${index}`);
    const rows = Array.from({ length: trainingRows }, (_, row) => this.row(row % WEEK, {}));
    this.baseline = baselineProfile(
      this.names.map((name, index) => ({
        name,
        kind: kindOf(index) === 'category' ? 'categorical' : 'numeric',
        cells: rows.map((cells) => cells[index] as string | number),
      })),
    );
  }

  /** The profile of an hour of traffic. @param hour since a Monday began */
  hour(hour: number, rows: number, change: Change = {}): DatasetProfile {
    return profileRows(this.baseline, this.names, this.rows(hour, rows, change));
  }

  /** The rows of an hour. */
  *rows(hour: number, count: number, change: Change = {}): Generator<ProfileRow> {
    for (let row = 0; row < count; row++) yield { cells: this.row(hour, change) };
  }

  private row(hour: number, change: Change): (string | number)[] {
    const { random, features } = this;
    const cycle =
      DAILY * Math.SQRT2 * Math.sin((2 * Math.PI * hour) / DAY) + (hour % WEEK >= 5 * DAY ? WEEKEND : 0);
    return Array.from({ length: features }, (_, index) => {
      const moved = index % 2 === 0 ? cycle : 0;
      const kind = kindOf(index);
      if (kind === 'category') return this.category(index, moved, index === 4 ? change : {});
      const value = moved + random.normal();
      if (index > 0) return kind === 'skewed' ? Math.exp(value) : value;
      const { shift = 0, scale = 1, missing = 0, tail = 0 } = change;
      if (missing > 0 && random.uniform() < missing) return '';
      if (tail > 0 && random.uniform() < tail) return 10 + value;
      return moved + scale * (value - moved) + shift;
    });
  }

  /** By Zipf's law; in a cycle the frequent ones are more frequent. */
  private category(index: number, moved: number, { category = 0 }: Change): string {
    const count = CATEGORIES[Math.floor(index / 5) % CATEGORIES.length] as number;
    const exponent = 1 - 0.3 * moved;
    // The inverse of the continuous distribution of x^-1: rank = count^u.
    const rank = Math.floor(count ** (this.random.uniform() ** (1 / Math.max(0.2, exponent))));
    if (rank === 1 && category > 0 && this.random.uniform() < category) return 'c2';
    return `c${Math.min(rank, count)}`;
  }
}

function kindOf(index: number): 'number' | 'skewed' | 'category' {
  if (index % 5 === 4) return 'category';
  return index % 5 === 3 ? 'skewed' : 'number';
}
