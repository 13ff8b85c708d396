import * as z from 'zod/mini';
import type { Problem } from '../../../contracts/problem';
import { isLabel, noLabelInWords } from '../metrics/problem';
import type { IdSample } from '../statistics/id-sample';
import type { Rate, RatePair } from '../statistics/rate-evidence';
import { type Answered, judgeAnswers, wrongStandard } from '../traffic/wrong-answers';

/** The two versions of a release. */
export type Role = 'champion' | 'challenger';

/** What a version answered, until its label is there. */
export interface ReleaseAnswer {
  readonly role: Role;
  /** The minute in which it answered, in minutes since 1970. */
  readonly minute: number;
  /** One for each row; none once they were counted, so that a label that comes twice counts once. */
  readonly predictions: readonly number[];
}

/** What a version answered to one request, and what was true. */
export interface LabelledAnswer {
  readonly role: Role;
  /** The minute in which it answered, in minutes since 1970. */
  readonly minute: number;
  /** One for each row. */
  readonly rows: readonly Answered[];
}

/** How often both versions of a release were wrong, as far as labels have arrived. */
export type ReleaseQuality = z.infer<typeof releaseQuality>;

/** Answers with a label, and how many were wrong: of an answer to several rows, the share that was. */
const rate = z.object({ events: z.number(), requests: z.int() });

export const releaseQuality = z.object({
  ...wrongStandard,
  /** By the minute in which they were given, oldest first. */
  minutes: z.array(z.object({ minute: z.int(), challenger: rate, champion: rate })),
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
 * Adds the answers whose labels have arrived since the latest evaluation, to the minutes in which they were
 * given: labels of one class may come sooner than those of the other, of both versions alike.
 *
 * Rows of one request depend on each other: 200 rows of one customer are right or wrong together. An answer
 * counts once, therefore, by the share of its rows that are wrong.
 *
 * @param before undefined at first
 */
export function addLabelled(
  answers: readonly LabelledAnswer[],
  before: ReleaseQuality | undefined,
  problem: Problem,
): ReleaseQuality | undefined {
  if (answers.length === 0) return before;
  const ofChampion = answers.filter(({ role }) => role === 'champion').flatMap(({ rows }) => rows);
  const { standard, isWrong } = judgeAnswers(problem, ofChampion, before);
  const known = before?.minutes ?? [];
  return { ...standard, minutes: isWrong ? addMinutes(known, answers, isWrong) : known };
}

function addMinutes(
  known: ReleaseQuality['minutes'],
  answers: readonly LabelledAnswer[],
  isWrong: (row: Answered) => boolean,
): ReleaseQuality['minutes'] {
  const minutes = new Map(known.map((one) => [one.minute, one]));
  for (const { role, minute, rows } of answers) {
    const before = minutes.get(minute) ?? { minute, challenger: NONE, champion: NONE };
    const { events, requests } = before[role];
    const wrong = rows.filter(isWrong).length / rows.length;
    minutes.set(minute, { ...before, [role]: { events: events + wrong, requests: requests + 1 } });
  }
  return [...minutes.values()].sort((a, b) => a.minute - b.minute);
}

const NONE: Rate = { events: 0, requests: 0 };

/** The minute of a time in milliseconds, in minutes since 1970. */
export function minuteOf(time: number): number {
  return Math.floor(time / 60_000);
}

/** The minutes in which answers of both have a label, which are those that are compared. */
export function comparedMinutes({ minutes }: ReleaseQuality): readonly RatePair[] {
  return minutes.filter(({ challenger, champion }) => challenger.requests > 0 && champion.requests > 0);
}
