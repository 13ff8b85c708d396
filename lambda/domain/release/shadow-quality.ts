import * as z from 'zod/mini';
import type { Problem } from '../../../contracts/problem';
import { judgeAnswers, wrongStandard } from '../traffic/wrong-answers';

/** What both versions answered to one row, and what was true. */
export interface LabelledPair {
  readonly champion: number;
  readonly challenger: number;
  readonly label: number;
}

/** Rows that both versions answered and whose label has come, by who was wrong. */
export type ShadowQuality = z.infer<typeof shadowQuality>;

export const shadowQuality = z.object({
  ...wrongStandard,
  challengerOnly: z.int(),
  championOnly: z.int(),
  both: z.int(),
  neither: z.int(),
});

const NOTHING = { challengerOnly: 0, championOnly: 0, both: 0, neither: 0 };

/** Adds the rows whose labels have arrived since the latest evaluation. @param before undefined at first */
export function addLabelledPairs(
  rows: readonly LabelledPair[],
  before: ShadowQuality | undefined,
  problem: Problem,
): ShadowQuality | undefined {
  if (rows.length === 0) return before;
  const { standard, isWrong } = judgeAnswers(
    problem,
    rows.map(({ champion, label }) => ({ prediction: champion, label })),
    before,
  );
  const { challengerOnly, championOnly, both, neither } = before ?? NOTHING;
  const counts = { challengerOnly, championOnly, both, neither };
  if (!isWrong) return { ...standard, ...counts };
  for (const { champion, challenger, label } of rows) {
    const championWrong = isWrong({ prediction: champion, label });
    if (isWrong({ prediction: challenger, label })) counts[championWrong ? 'both' : 'challengerOnly']++;
    else counts[championWrong ? 'championOnly' : 'neither']++;
  }
  return { ...standard, ...counts };
}

export function labelledRows({ challengerOnly, championOnly, both, neither }: ShadowQuality): number {
  return challengerOnly + championOnly + both + neither;
}
