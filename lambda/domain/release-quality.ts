import * as z from 'zod/mini';
import type { IdSample } from './id-sample';
import type { RatePair } from './rate-evidence';

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
  /** `classes`: labels are 0 or 1, and the answer is wrong if it is on the other side of 0.5. `numbers`: it is if it is too far off. */
  kind: z.enum(['classes', 'numbers']),
  /** Of numbers: what is too far off. */
  limit: z.optional(z.number()),
  /** Of numbers: how far off the champion's first answers were, until there are enough to choose the limit. */
  firstErrors: z.array(z.number()),
  /** Wrong answers, of those with a label: one for each look and step, where both versions have some. */
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

/** A limit that is the median of so many errors lies between their 40th and 60th percentile. */
const ERRORS_FOR_LIMIT = 100;

/** Finds the answers whose labels are there, and takes both out of what is awaited. */
export function matchLabels(
  answers: IdSample<ReleaseAnswer>,
  labels: IdSample<readonly number[]>,
): { readonly rows: LabelledAnswer[]; readonly problems: string[] } {
  const rows: LabelledAnswer[] = [];
  const problems: string[] = [];
  for (const [id, values] of labels.entries()) {
    const answer = answers.get(id);
    if (!answer) continue;
    labels.delete(id);
    const { role, step, predictions } = answer;
    if (predictions.length === 0) continue;
    if (predictions.length !== values.length) {
      problems.push(`request ${id} has ${predictions.length} rows and ${values.length} labels`);
      continue;
    }
    answers.replace(id, { role, step, predictions: [] });
    for (const [row, label] of values.entries()) {
      rows.push({ role, step, label, prediction: predictions[row] as number });
    }
  }
  return { rows, problems };
}

/**
 * Adds the answers whose labels have arrived since the last look. Only answers of the same step are compared: shares of the
 * traffic change from step to step, and labels of one class may come sooner than those of the other.
 *
 * @param before undefined at first
 */
export function addLabelled(
  rows: readonly LabelledAnswer[],
  before: ReleaseQuality | undefined,
): ReleaseQuality | undefined {
  if (rows.length === 0) return before;
  const areClasses = rows.every(({ label }) => label === 0 || label === 1);
  if (!areClasses || before?.kind === 'numbers') {
    return addNumbers(rows, before?.kind === 'numbers' ? before : NO_NUMBERS);
  }
  const isWrong = ({ label, prediction }: LabelledAnswer) => prediction >= 0.5 !== (label === 1);
  return { kind: 'classes', firstErrors: [], pairs: [...(before?.pairs ?? []), ...pairsOf(rows, isWrong)] };
}

const NO_NUMBERS: ReleaseQuality = { kind: 'numbers', firstErrors: [], pairs: [] };

/** The limit comes of answers that are not compared themselves: one that moved with them would void the test. */
function addNumbers(rows: readonly LabelledAnswer[], before: ReleaseQuality): ReleaseQuality {
  const { limit, pairs } = before;
  const errorOf = ({ label, prediction }: LabelledAnswer) => Math.abs(prediction - label);
  if (limit !== undefined) {
    return { ...before, pairs: [...pairs, ...pairsOf(rows, (row) => errorOf(row) > limit)] };
  }
  const firstErrors = [
    ...before.firstErrors,
    ...rows.filter(({ role }) => role === 'champion').map(errorOf),
  ].sort((a, b) => a - b);
  if (firstErrors.length < ERRORS_FOR_LIMIT) return { ...before, firstErrors };
  return { ...before, firstErrors: [], limit: firstErrors[Math.floor(firstErrors.length / 2)] as number };
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
