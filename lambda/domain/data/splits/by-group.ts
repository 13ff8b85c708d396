import { hash64 } from '../../statistics/hash64';
import { type SplitRow, type Splitter, UnsplittableError } from './splitter';

/**
 * Rows of one group stay together, on the side that the hash of the group's name draws: a group that is held
 * out is so in every data version. Large groups make the share of rows differ from the fraction.
 */
export function splitByGroup(fraction: number, column: string): Splitter {
  const sides: [number, number] = [0, 0];
  const isHeldOut = ({ key }: SplitRow) => {
    const [high] = hash64(String(key));
    return high / 2 ** 32 < fraction;
  };
  return {
    look: (row) => {
      sides[isHeldOut(row) ? 1 : 0]++;
    },
    start: () => {
      if (sides.includes(0)) {
        throw new UnsplittableError(
          `the groups of '${column}' all fall on one side: there are too few of them for a holdout of ${fraction}`,
        );
      }
      return isHeldOut;
    },
  };
}
