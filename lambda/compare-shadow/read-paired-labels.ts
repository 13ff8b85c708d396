import * as z from 'zod/mini';
import type { Problem } from '../../contracts/problem';
import { addLabels } from '../analyse-step/add-labels';
import { HourlyFiles, keptFiles } from '../aws/hourly-files';
import type { ArtifactStore } from '../aws/store';
import { groundTruthPrefix, shadowLabelsKey } from '../domain/records/bucket-layout';
import { matchLabels } from '../domain/release/release-quality';
import type { PairedLabels } from '../domain/release/rules/paired-quality';
import { addLabelledPairs, shadowQuality } from '../domain/release/shadow-quality';
import { IdSample, keptSample } from '../domain/statistics/id-sample';

/** What both versions answered to one request, one for each row. */
export interface PairedAnswer {
  /** By which its label refers to it. */
  readonly id: string;
  /** The minute in which the champion answered, in minutes since 1970. */
  readonly minute: number;
  /** The champion's. */
  readonly predictions: readonly number[];
  readonly challenger: readonly number[];
}

export interface PairedLabelsProps {
  readonly releaseId: string;
  /** What labels are. */
  readonly problem: Problem;
  /** When copies of requests began. */
  readonly since: Date;
  readonly until: Date;
}

/** Requests whose label, and labels whose request, are awaited: beyond that a share of them is. */
const CAPACITY = 20_000;

/**
 * What labels say of requests that both versions answered; undefined while there are none. What waits for its
 * label, or its answers, is remembered from look to look.
 *
 * @param newPairs answered since the latest evaluation
 */
export async function readPairedLabels(
  store: ArtifactStore,
  newPairs: readonly PairedAnswer[],
  { releaseId, problem, since, until }: PairedLabelsProps,
): Promise<PairedLabels | undefined> {
  const key = shadowLabelsKey(releaseId);
  const seen = (await store.tryReadJson(key, seenLabels)) ?? NOTHING_SEEN;
  const files = new HourlyFiles(store, { since, until, kept: seen.files });
  const answers = new IdSample<Omit<PairedAnswer, 'id'>>(CAPACITY, seen.answers);
  for (const { id, ...answer } of newPairs) answers.add(id, answer);
  const labels = new IdSample<readonly number[]>(CAPACITY, seen.labels);
  const read = await addLabels(labels, files.unread(groundTruthPrefix));
  const hasLabels = seen.hasLabels || read.files > 0;
  const { matched, problems } = matchLabels(answers, labels, problem);
  const labelled = matched.map(({ answer, labels: values }) => ({
    minute: answer.minute,
    rows: values.map((label, row) => ({
      label,
      champion: answer.predictions[row] as number,
      challenger: answer.challenger[row] as number,
    })),
  }));
  const quality = addLabelledPairs(labelled, seen.quality, problem);
  const firstProblem = seen.firstProblem ?? read.firstProblem ?? problems[0];
  const known = {
    ...(quality && { quality }),
    unusable: seen.unusable + read.unusable + problems.length,
    ...(firstProblem !== undefined && { firstProblem }),
  };
  await store.writeJson(key, { files, hasLabels, answers, labels, ...known });
  return hasLabels ? known : undefined;
}

export const seenLabels = z.object({
  files: keptFiles,
  hasLabels: z.boolean(),
  answers: keptSample(
    z.object({
      /** An earlier version kept none. */
      minute: z._default(z.int(), 0),
      predictions: z.array(z.number()),
      challenger: z.array(z.number()),
    }),
  ),
  labels: keptSample(z.array(z.number())),
  quality: z.optional(shadowQuality),
  unusable: z.int(),
  firstProblem: z.optional(z.string()),
});

const NOTHING_SEEN: z.infer<typeof seenLabels> = {
  files: {},
  hasLabels: false,
  answers: { halvings: 0, values: [] },
  labels: { halvings: 0, values: [] },
  unusable: 0,
};
