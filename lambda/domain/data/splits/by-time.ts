import { timeOf } from '../checks/column-check';
import { holdoutSize, type SplitRow, type Splitter, UnsplittableError } from './splitter';

/**
 * The newest rows by a column are held out; those of one time stay together, so that there may be more of
 * them.
 */
export function splitByTime(fraction: number, column: string): Splitter {
  const times: number[] = [];
  const read = ({ key }: SplitRow) => {
    const time = timeOf(key);
    if (!Number.isNaN(time)) return time;
    throw new UnsplittableError(`'${column}' is '${key}' in a row, which is neither ISO 8601 nor a number`);
  };
  return {
    look: (row) => {
      times.push(read(row));
    },
    start: () => {
      const sorted = Float64Array.from(times).sort();
      const least = sorted[0] as number;
      const first = sorted[sorted.length - holdoutSize(sorted.length, fraction)] as number;
      if (first > least) return (row) => read(row) >= first;
      if ((sorted.at(-1) as number) > least) return (row) => read(row) > least;
      throw new UnsplittableError(`all rows have the same '${column}', ${new Date(least).toISOString()}`);
    },
  };
}
