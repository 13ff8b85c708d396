import { SeededRandom } from '../../statistics/seeded-random';
import { type Cell, numberOf } from '../cell';
import { holdoutSize, type Splitter } from './splitter';

/**
 * Of each class the same fraction is held out, drawn at random by a seed, to the row: selection sampling, D.
 * E. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
 */
export function splitStratified(fraction: number, seed: number): Splitter {
  const rows = new Map<number | string, number>();
  return {
    look: ({ label }) => {
      rows.set(classOf(label), (rows.get(classOf(label)) ?? 0) + 1);
    },
    start: () => {
      const random = new SeededRandom(seed);
      const left = new Map(
        [...rows].map(([name, count]) => [name, { rows: count, holdout: holdoutSize(count, fraction) }]),
      );
      return ({ label }) => {
        const stratum = left.get(classOf(label));
        if (!stratum) return false;
        const isHeldOut = random.below(stratum.rows--) < stratum.holdout;
        if (isHeldOut) stratum.holdout--;
        return isHeldOut;
      };
    },
  };
}

function classOf(label: Cell): number | string {
  const value = numberOf(label);
  return Number.isNaN(value) ? String(label) : value;
}
