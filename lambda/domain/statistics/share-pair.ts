/** Shares of one part of the values in two samples, each from 0 to 1. */
export type SharePair = readonly [before: number, after: number];
