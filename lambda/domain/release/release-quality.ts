import * as z from 'zod/mini';
import type { Problem } from '../../../contracts/problem';
import { isLabel, noLabelInWords } from '../metrics/problem';
import type { IdSample } from '../statistics/id-sample';
import type { RatePair } from '../statistics/rate-evidence';
import { judgeAnswers, wrongStandard } from '../traffic/wrong-answers';

/** The two versions of a release. */
export type Role = 'champion' | 'challenger';

/** What a version answered, until its label is there. */
export interface ReleaseAnswer {
  readonly role: Role;
  /** The step in which it answered, from 0. */
  readonly step: number;
  /** One for each row; none once they were counted, so that a label that comes twice counts once. */
  readonly predictions: readonly number[];
}

/** One answer and what was true. */
export interface LabelledAnswer {
  readonly role: Role;
  readonly step: number;
  readonly prediction: number;
  readonly label: number;
}

/** How often both versions of a release were wrong, as far as labels have arrived. */
export type ReleaseQuality = z.infer<typeof releaseQuality>;

const count = z.int();
const rate = z.object({ events: count, requests: count });

export const releaseQuality = z.object({
  ...wrongStandard,
  /**
   * Wrong answers, of those with a label: one for each evaluation and step, where both versions have some.
   */
  pairs: z.array(z.object({ challenger: rate, champion: rate })),
});

/** What came of the labels that have arrived during a release. */
export interface ReleaseLabels {
  /** Undefined if none of them belongs to an answer of the release. */
  readonly quality?: ReleaseQuality;
  /** Labels that could not be read, or have another number of values than their request has rows. */
  readonly unusable: number;
  /** What was wrong with the first of them. */
  readonly firstProblem?: string;
}

/**
 * Finds the answers whose labels are there, and takes the labels out of what is awaited. What is left of an
 * answer has no predictions, so that a label that comes twice counts once.
 */
export function matchLabels<Answer extends { readonly predictions: readonly number[] }>(
  answers: IdSample<Answer>,
  labels: IdSample<readonly number[]>,
  problem: Problem,
): {
  readonly matched: { readonly answer: Answer; readonly labels: readonly number[] }[];
  readonly problems: string[];
} {
  const matched: { answer: Answer; labels: readonly number[] }[] = [];
  const problems: string[] = [];
  for (const [id, values] of labels.entries()) {
    const answer = answers.get(id);
    if (!answer) continue;
    labels.delete(id);
    const rows = answer.predictions.length;
    if (rows === 0) continue;
    if (rows !== values.length) {
      problems.push(`request ${id} has ${rows} rows and ${values.length} labels`);
      continue;
    }
    const other = values.find((value) => !isLabel(problem, value));
    if (other !== undefined) {
      problems.push(`request ${id} has the label ${other}, which is ${noLabelInWords(problem)}`);
      continue;
    }
    answers.replace(id, { ...answer, predictions: [] });
    matched.push({ answer, labels: values });
  }
  return { matched, problems };
}

/**
 * Adds the answers whose labels have arrived since the latest evaluation. Only answers of the same step are
 * compared: shares of the traffic change from step to step, and labels of one class may come sooner than
 * those of the other.
 *
 * @param before undefined at first
 */
export function addLabelled(
  rows: readonly LabelledAnswer[],
  before: ReleaseQuality | undefined,
  problem: Problem,
): ReleaseQuality | undefined {
  if (rows.length === 0) return before;
  const ofChampion = rows.filter(({ role }) => role === 'champion');
  const { standard, isWrong } = judgeAnswers(problem, ofChampion, before);
  const pairs = before?.pairs ?? [];
  return { ...standard, pairs: isWrong ? [...pairs, ...pairsOf(rows, isWrong)] : pairs };
}

function pairsOf(rows: readonly LabelledAnswer[], isWrong: (row: LabelledAnswer) => boolean): RatePair[] {
  return [...new Set(rows.map(({ step }) => step))].flatMap((step) => {
    const rateOf = (role: Role) => {
      const its = rows.filter((row) => row.step === step && row.role === role);
      return { events: its.filter(isWrong).length, requests: its.length };
    };
    const pair = { challenger: rateOf('challenger'), champion: rateOf('champion') };
    return pair.challenger.requests > 0 && pair.champion.requests > 0 ? [pair] : [];
  });
}
