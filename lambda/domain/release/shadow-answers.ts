import * as z from 'zod/mini';
import type { FeatureSlice } from '../data/feature-slices';
import { proportionInterval } from '../statistics/proportion-interval';
import { normalUpperQuantile } from '../statistics/special-functions';

/** What both versions answered to one row. */
export interface RowPair {
  readonly champion: number;
  readonly challenger: number;
  /** Indices of the slices that the row belongs to. */
  readonly slices: readonly number[];
}

/** Sums over rows that both versions answered. */
export type RowTally = z.infer<typeof rowTally>;
/** Sums over requests that both versions answered. */
export type AnswerTally = z.infer<typeof answerTally>;

const rowTally = z.object({
  rows: z.int(),
  /** Rows whose answers are no farther apart than the tolerance. */
  agreeing: z.int(),
  /** Sums of challenger less champion, and of its squares. */
  difference: z.number(),
  squares: z.number(),
});

export const answerTally = z.object({
  requests: z.int(),
  /** Sum, over the requests, of the share of rows that agree. */
  agreement: z.number(),
  all: rowTally,
  slices: z.array(rowTally),
});

const NOTHING: RowTally = { rows: 0, agreeing: 0, difference: 0, squares: 0 };

export function emptyTally(slices: number): AnswerTally {
  return { requests: 0, agreement: 0, all: NOTHING, slices: Array.from({ length: slices }, () => NOTHING) };
}

/** Adds requests, each with the rows that both versions answered. */
export function tallyAnswers(
  before: AnswerTally,
  requests: readonly (readonly RowPair[])[],
  tolerance: number,
): AnswerTally {
  let { agreement, all } = before;
  const slices = [...before.slices];
  for (const rows of requests) {
    let agreeing = 0;
    for (const row of rows) {
      const difference = row.challenger - row.champion;
      const agrees = Math.abs(difference) <= tolerance ? 1 : 0;
      agreeing += agrees;
      all = add(all, difference, agrees);
      for (const slice of row.slices) slices[slice] = add(slices[slice] ?? NOTHING, difference, agrees);
    }
    agreement += agreeing / rows.length;
  }
  return { requests: before.requests + requests.length, agreement, all, slices };
}

function add(tally: RowTally, difference: number, agrees: number): RowTally {
  return {
    rows: tally.rows + 1,
    agreeing: tally.agreeing + agrees,
    difference: tally.difference + difference,
    squares: tally.squares + difference * difference,
  };
}

type Interval = [low: number, high: number];

/** How alike the answers of both versions are. */
export interface AnswerComparison {
  readonly requests: number;
  readonly rows: number;
  /** Mean over the requests of the share of rows that agree, from 0 to 1. */
  readonly agreement: number;
  /** Holds at all evaluations together with probability 1 - alpha. */
  readonly agreementInterval: Interval;
  /** Challenger less champion. */
  readonly meanDifference: number;
  /** 95 % by the normal distribution: it describes, and decides nothing. */
  readonly meanDifferenceInterval: Interval;
  /** Where they differ most significantly, the first the most. */
  readonly slices: readonly SliceComparison[];
}

export interface SliceComparison extends FeatureSlice {
  readonly rows: number;
  /** Share of rows that agree. */
  readonly agreement: number;
  readonly meanDifference: number;
  /** 95 % for all slices together, by the normal distribution and Bonferroni's correction. */
  readonly interval: Interval;
}

const FEWEST_ROWS = 30;
const MOST_SLICES = 12;

/** Compares what both versions answered; undefined if no request was answered by both. */
export function compareAnswers(
  { requests, agreement, all, slices }: AnswerTally,
  names: readonly FeatureSlice[],
  alpha: number,
): AnswerComparison | undefined {
  if (requests === 0) return undefined;
  const found = slices.flatMap((tally, index) => {
    const name = names[index];
    return name && tally.rows >= FEWEST_ROWS ? [{ ...name, tally }] : [];
  });
  return {
    requests,
    rows: all.rows,
    agreement: agreement / requests,
    agreementInterval: proportionInterval(agreement, requests, alpha),
    meanDifference: all.difference / all.rows,
    meanDifferenceInterval: meanInterval(all, 0.025),
    slices: found
      .map(({ tally, ...name }) => ({
        ...name,
        rows: tally.rows,
        agreement: tally.agreeing / tally.rows,
        meanDifference: tally.difference / tally.rows,
        interval: meanInterval(tally, 0.025 / found.length),
      }))
      .sort((a, b) => sureDifference(b) - sureDifference(a) || a.agreement - b.agreement)
      .slice(0, MOST_SLICES),
  };
}

function meanInterval({ rows, difference, squares }: RowTally, tail: number): Interval {
  const mean = difference / rows;
  const variance = Math.max(0, squares - rows * mean * mean) / Math.max(1, rows - 1);
  const half = normalUpperQuantile(tail) * Math.sqrt(variance / rows);
  return [mean - half, mean + half];
}

/** How far from 0 the mean difference is at least. */
function sureDifference({ interval: [low, high] }: SliceComparison): number {
  return Math.max(0, low, -high);
}
