import * as z from 'zod/mini';
import type { Problem } from '../../contracts/problem';
import { HourlyFiles, keptFiles } from '../aws/hourly-files';
import type { ArtifactStore } from '../aws/store';
import { capturePrefix, groundTruthPrefix, releaseLabelsKey } from '../domain/records/bucket-layout';
import {
  addLabelled,
  matchLabels,
  minuteOf,
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
  const files = new HourlyFiles(store, { ...props, kept: seen.files });
  const labels = new IdSample<readonly number[]>(CAPACITY, seen.labels);
  const read = await addLabels(labels, files.unread(groundTruthPrefix));
  const hasLabels = seen.hasLabels || read.files > 0;
  if (!hasLabels) {
    // Answers are not read for nothing where nobody sends labels.
    await store.writeJson(key, { ...seen, files });
    return undefined;
  }
  const answers = new IdSample<ReleaseAnswer>(CAPACITY, seen.answers);
  let { unusable, firstProblem } = seen;
  for (const role of ['champion', 'challenger'] as const) {
    const prefixOf = (hour: string) => capturePrefix(props.endpointName, props[`${role}Variant`], hour);
    for await (const { text } of files.unread(prefixOf)) {
      for (const [id, answer] of answersIn(text, role, props.since)) answers.add(id, answer);
    }
  }
  unusable += read.unusable;
  firstProblem ??= read.firstProblem;
  const { matched, problems } = matchLabels(answers, labels, props.problem);
  const labelled = matched.map(({ answer: { role, minute, predictions }, labels: values }) => ({
    role,
    minute,
    rows: values.map((label, row) => ({ label, prediction: predictions[row] as number })),
  }));
  unusable += problems.length;
  firstProblem ??= problems[0];
  const quality = addLabelled(labelled, seen.quality, props.problem);
  const known = { quality, unusable, ...(firstProblem !== undefined && { firstProblem }) };
  await store.writeJson(key, { files, hasLabels, answers, labels, ...known });
  return known;
}

function answersIn(captureFile: string, role: Role, since: Date): (readonly [string, ReleaseAnswer])[] {
  return parseCapture(captureFile).requests.flatMap((request) => {
    const time = Date.parse(request.inferenceTime);
    const { predictions = [] } = request;
    if (time < since.getTime() || predictions.length === 0) return [];
    return [[requestId(request), { role, minute: minuteOf(time), predictions }] as const];
  });
}

const seenByMinute = z.object({
  files: keptFiles,
  hasLabels: z.boolean(),
  answers: keptSample(
    z.object({
      role: z.enum(['champion', 'challenger']),
      minute: z.int(),
      predictions: z.array(z.number()),
    }),
  ),
  labels: keptSample(z.array(z.number())),
  quality: z.optional(releaseQuality),
  unusable: z.int(),
  firstProblem: z.optional(z.string()),
});

const NOTHING_SEEN: z.infer<typeof seenByMinute> = {
  files: {},
  hasLabels: false,
  answers: { halvings: 0, values: [] },
  labels: { halvings: 0, values: [] },
  unusable: 0,
};

/** An earlier version counted by steps: all is read again, once, since its answers have no minute. */
const seenByStep = z.pipe(
  z.object({ stepStarts: z.array(z.string()) }),
  z.transform(() => NOTHING_SEEN),
);

export const seenLabels = z.union([seenByMinute, seenByStep]);
