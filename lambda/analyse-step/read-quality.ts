import * as z from 'zod/mini';
import type { Problem } from '../../contracts/problem';
import { HourlyFiles, keptFiles } from '../aws/hourly-files';
import type { ArtifactStore } from '../aws/store';
import { capturePrefix, groundTruthPrefix, releaseLabelsKey } from '../domain/records/bucket-layout';
import {
  addLabelled,
  matchLabels,
  type ReleaseAnswer,
  type ReleaseLabels,
  type Role,
  releaseQuality,
} from '../domain/release/release-quality';
import { IdSample, keptSample } from '../domain/statistics/id-sample';
import { parseCapture } from '../domain/traffic/capture';
import { requestId } from '../domain/traffic/ground-truth';
import { addLabels } from './add-labels';

export interface QualityProps {
  readonly endpointName: string;
  readonly releaseId: string;
  /** What labels are. */
  readonly problem: Problem;
  readonly championVariant: string;
  readonly challengerVariant: string;
  /** When both had traffic. */
  readonly since: Date;
  /** When the present step began. */
  readonly stepSince: Date;
  readonly until: Date;
}

/** Requests whose answers, and whose labels, are awaited: beyond that a share of them is. */
const CAPACITY = 100_000;

/**
 * What labels say of the answers of both versions while both had traffic; undefined while there are none.
 * Each file is read once: what waits for its label, or its answer, is remembered from look to look.
 */
export async function readQuality(
  store: ArtifactStore,
  props: QualityProps,
): Promise<ReleaseLabels | undefined> {
  const key = releaseLabelsKey(props.releaseId);
  const seen = (await store.tryReadJson(key, seenLabels)) ?? NOTHING_SEEN;
  const stepStarts = [...new Set([...seen.stepStarts, props.stepSince.toISOString()])];
  const files = new HourlyFiles(store, { ...props, kept: seen.files });
  const labels = new IdSample<readonly number[]>(CAPACITY, seen.labels);
  const read = await addLabels(labels, files.unread(groundTruthPrefix));
  const hasLabels = seen.hasLabels || read.files > 0;
  if (!hasLabels) {
    // Answers are not read for nothing where nobody sends labels.
    await store.writeJson(key, { ...seen, files, stepStarts });
    return undefined;
  }
  const answers = new IdSample<ReleaseAnswer>(CAPACITY, seen.answers);
  let { unusable, firstProblem } = seen;
  for (const role of ['champion', 'challenger'] as const) {
    const prefixOf = (hour: string) => capturePrefix(props.endpointName, props[`${role}Variant`], hour);
    for await (const { text } of files.unread(prefixOf)) {
      for (const [id, answer] of answersIn(text, role, props.since, stepStarts)) answers.add(id, answer);
    }
  }
  unusable += read.unusable;
  firstProblem ??= read.firstProblem;
  const { matched, problems } = matchLabels(answers, labels, props.problem);
  const rows = matched.flatMap(({ answer: { role, step, predictions }, labels: values }) =>
    values.map((label, row) => ({ role, step, label, prediction: predictions[row] as number })),
  );
  unusable += problems.length;
  firstProblem ??= problems[0];
  const quality = addLabelled(rows, seen.quality, props.problem);
  const known = { quality, unusable, ...(firstProblem !== undefined && { firstProblem }) };
  await store.writeJson(key, { files, hasLabels, stepStarts, answers, labels, ...known });
  return known;
}

function answersIn(
  captureFile: string,
  role: Role,
  since: Date,
  stepStarts: readonly string[],
): (readonly [string, ReleaseAnswer])[] {
  return parseCapture(captureFile).requests.flatMap((request) => {
    const time = Date.parse(request.inferenceTime);
    const { predictions = [] } = request;
    if (time < since.getTime() || predictions.length === 0) return [];
    const step = stepStarts.filter((start) => Date.parse(start) <= time).length;
    return [[requestId(request), { role, step, predictions }] as const];
  });
}

export const seenLabels = z.object({
  files: keptFiles,
  hasLabels: z.boolean(),
  /** When each step began, so far. */
  stepStarts: z.array(z.string()),
  answers: keptSample(
    z.object({
      role: z.enum(['champion', 'challenger']),
      step: z.int(),
      predictions: z.array(z.number()),
    }),
  ),
  labels: keptSample(z.array(z.number())),
  quality: z.optional(releaseQuality),
  unusable: z.int(),
  firstProblem: z.optional(z.string()),
});

const NOTHING_SEEN: z.infer<typeof seenLabels> = {
  files: {},
  hasLabels: false,
  stepStarts: [],
  answers: { halvings: 0, values: [] },
  labels: { halvings: 0, values: [] },
  unusable: 0,
};
