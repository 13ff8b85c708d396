import * as z from 'zod/mini';
import { baselineSchema } from '../data/baseline';
import { type DatasetProfile, merge } from '../data/profile';
import { REJECTIONS, type Rejection } from './payload/rejected-record';

/** Recorded traffic, summarised. */
export interface CaptureProfile {
  readonly profile: DatasetProfile;
  /** All records of the version, each once. */
  readonly records: number;
  /** Records that could not be read, or have no answer. */
  readonly unreadable: number;
  /** How many there are, by the reason. */
  readonly rejections: { readonly [rejection in Rejection]?: number };
  /** The first of them, {@link MOST_SAMPLES} at most. */
  readonly rejected: readonly RejectedSample[];
}

/** A record that could not be used, for people who look for the reason. */
export interface RejectedSample {
  /** File and line. */
  readonly place: string;
  readonly reason: Rejection;
  readonly problem: string;
  /** As it was recorded; its first {@link MOST_LETTERS} letters. */
  readonly record: string;
}

export const MOST_SAMPLES = 20;
export const MOST_LETTERS = 10_000;

/**
 * What was wrong with the first record that could not be used, and where it is; undefined if all could be.
 */
export function firstProblem({ rejected: [first] }: Pick<CaptureProfile, 'rejected'>): string | undefined {
  return first && `${first.place}: ${first.problem}`;
}

/**
 * Two parts of the same traffic together, the first of which comes first.
 *
 * @throws Error if they do not have the same bins
 */
export function mergeCaptures(first: CaptureProfile, second: CaptureProfile): CaptureProfile {
  const rejections: { [rejection in Rejection]?: number } = { ...first.rejections };
  for (const [name, count = 0] of Object.entries(second.rejections) as [Rejection, number?][]) {
    rejections[name] = (rejections[name] ?? 0) + count;
  }
  return {
    profile: merge(first.profile, second.profile),
    records: first.records + second.records,
    unreadable: first.unreadable + second.unreadable,
    rejections,
    rejected: [...first.rejected, ...second.rejected].slice(0, MOST_SAMPLES),
  };
}

const count = z.int().check(z.gte(0));
const rejection = z.enum(Object.keys(REJECTIONS) as [Rejection, ...Rejection[]]);

/** Schema of {@link CaptureProfile}. */
export const captureProfile: z.ZodMiniType<CaptureProfile> = z.object({
  profile: baselineSchema,
  records: count,
  unreadable: count,
  rejections: z.partialRecord(rejection, count),
  rejected: z.array(
    z.object({ place: z.string(), reason: rejection, problem: z.string(), record: z.string() }),
  ),
});
