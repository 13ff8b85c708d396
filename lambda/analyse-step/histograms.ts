import { binOf } from '../domain/data/bins';
import type { NumericProfile } from '../domain/data/profile';
import type { ReleasePredictions } from './read-predictions';

/**
 * Counts of both versions between the same edges: counts have one entry more, for the values above the last
 * edge.
 */
export interface Histograms {
  readonly edges: number[];
  readonly champion: number[];
  readonly challenger: number[];
}

const BARS = 24;

/** Few bars of about the same width, made of the many narrow bins in which answers are counted. */
export function histogramsOf({ champion, challenger }: ReleasePredictions): Histograms {
  const { edges } = champion;
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const ends = Array.from({ length: BARS - 1 }, (_, bar) =>
    binOf(first + ((last - first) * (bar + 1)) / BARS, edges),
  );
  const chosen = [...new Set(ends)].filter((index) => index < edges.length);
  const regroup = ({ counts }: NumericProfile) =>
    [...chosen, counts.length - 1].map((end, bar) =>
      counts.slice((chosen[bar - 1] ?? -1) + 1, end + 1).reduce((sum, count) => sum + count, 0),
    );
  return {
    edges: chosen.map((index) => edges[index] as number),
    champion: regroup(champion),
    challenger: regroup(challenger),
  };
}
