import { holdoutSize, type Splitter } from './splitter';

/**
 * The last rows to arrive are held out, so that a model is judged on rows newer than those that it learned
 * from.
 */
export function splitByArrival(fraction: number): Splitter {
  let rows = 0;
  return {
    look: () => {
      rows++;
    },
    start: () => {
      let left = rows - holdoutSize(rows, fraction);
      return () => left-- <= 0;
    },
  };
}
