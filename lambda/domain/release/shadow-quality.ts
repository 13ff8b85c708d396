import * as z from 'zod/mini';
import type { Problem } from '../../../contracts/problem';
import type { RatePair } from '../statistics/rate-evidence';
import { judgeAnswers, wrongStandard } from '../traffic/wrong-answers';

/** What both versions answered to one row, and what was true. */
export interface LabelledPair {
  readonly champion: number;
  readonly challenger: number;
  readonly label: number;
}

/** A request that both versions answered, with its labels. */
export interface LabelledRequest {
  /** The minute in which the champion answered, in minutes since 1970. */
  readonly minute: number;
  readonly rows: readonly LabelledPair[];
}

/** Rows that both versions answered and whose label has come, by who was wrong. */
export type ShadowQuality = z.infer<typeof shadowQuality>;

export const shadowQuality = z.object({
  ...wrongStandard,
  challengerOnly: z.int(),
  championOnly: z.int(),
  both: z.int(),
  neither: z.int(),
  /**
   * Requests by minute, oldest first: the sums of the shares of their rows in which one version alone was
   * wrong. An earlier version kept none.
   */
  minutes: z._default(
    z.array(
      z.object({
        minute: z.int(),
        challengerOnly: z.number(),
        championOnly: z.number(),
        requests: z.int(),
      }),
    ),
    [],
  ),
});

const NOTHING = { challengerOnly: 0, championOnly: 0, both: 0, neither: 0, minutes: [] };

/**
 * Adds the requests whose labels have arrived since the latest evaluation. @param before undefined at first
 */
export function addLabelledPairs(
  requests: readonly LabelledRequest[],
  before: ShadowQuality | undefined,
  problem: Problem,
): ShadowQuality | undefined {
  if (requests.length === 0) return before;
  const { standard, isWrong } = judgeAnswers(
    problem,
    requests.flatMap(({ rows }) => rows.map(({ champion, label }) => ({ prediction: champion, label }))),
    before,
  );
  const { challengerOnly, championOnly, both, neither, minutes: known } = before ?? NOTHING;
  const counts = { challengerOnly, championOnly, both, neither };
  if (!isWrong) return { ...standard, ...counts, minutes: known };
  const minutes = new Map(known.map((one) => [one.minute, one]));
  for (const { minute, rows } of requests) {
    const alone = { challengerOnly: 0, championOnly: 0 };
    for (const { champion, challenger, label } of rows) {
      const by = whoIsWrong(
        isWrong({ prediction: challenger, label }),
        isWrong({ prediction: champion, label }),
      );
      counts[by]++;
      if (by === 'challengerOnly' || by === 'championOnly') alone[by]++;
    }
    const one = minutes.get(minute) ?? { minute, challengerOnly: 0, championOnly: 0, requests: 0 };
    minutes.set(minute, {
      minute,
      challengerOnly: one.challengerOnly + alone.challengerOnly / rows.length,
      championOnly: one.championOnly + alone.championOnly / rows.length,
      requests: one.requests + 1,
    });
  }
  return {
    ...standard,
    ...counts,
    minutes: [...minutes.values()].sort((a, b) => a.minute - b.minute),
  };
}

function whoIsWrong(challenger: boolean, champion: boolean) {
  if (challenger) return champion ? 'both' : 'challengerOnly';
  return champion ? 'championOnly' : 'neither';
}

export function labelledRows({ challengerOnly, championOnly, both, neither }: ShadowQuality): number {
  return challengerOnly + championOnly + both + neither;
}

/** How often one version alone was wrong, by minute. */
export function aloneWrong({ minutes }: ShadowQuality): RatePair[] {
  return minutes.map(({ challengerOnly, championOnly, requests }) => ({
    challenger: { events: challengerOnly, requests },
    champion: { events: championOnly, requests },
  }));
}
