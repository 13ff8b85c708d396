import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { HourlyFiles, keptFiles } from '../aws/hourly-files';
import type { ArtifactStore } from '../aws/store';
import type { FeatureSlices } from '../domain/data/feature-slices';
import { capturePrefix, shadowAnswersKey } from '../domain/records/bucket-layout';
import { minuteOf } from '../domain/release/release-quality';
import {
  type AnswerTally,
  answerTally,
  emptyTally,
  type RowPair,
  tallyAnswers,
} from '../domain/release/shadow-answers';
import { IdSample, keptSample } from '../domain/statistics/id-sample';
import { type CapturedRequest, parseCapture } from '../domain/traffic/capture';
import { requestId } from '../domain/traffic/ground-truth';
import type { PairedAnswer } from './read-paired-labels';

export interface AnswersProps {
  readonly endpointName: string;
  readonly releaseId: string;
  readonly championVariant: string;
  readonly challengerVariant: string;
  /** When copies of requests began. */
  readonly since: Date;
  readonly until: Date;
  /** Of the champion's baseline. */
  readonly slices: FeatureSlices;
  /** How far apart answers that agree may be. */
  readonly tolerance: number;
}

/** Answers of either version that wait for the other's: beyond that a share of them does. */
const CAPACITY = 20_000;
/**
 * Capture is delivered within minutes: what has waited longer got no copy, and comes no second time, nor do
 * files.
 */
const LONGEST_WAIT = 3_600_000;

export interface SharedAnswers {
  /** Since copies of requests began. */
  readonly tally: AnswerTally;
  /** Requests for which the last answer was recorded since the latest evaluation. */
  readonly newPairs: readonly PairedAnswer[];
}

/**
 * What both versions answered to the same requests, as far as it has been recorded. Each file is read once:
 * what waits for the other version's answer is remembered from look to look. A record of the champion's that
 * comes twice counts once.
 *
 * Answers are joined by what was asked, together with the caller's inference id if there is one. AWS does not
 * say whether the copy of a request has its event id, so that nothing rests on it.
 */
export async function readAnswers(store: ArtifactStore, props: AnswersProps): Promise<SharedAnswers> {
  const key = shadowAnswersKey(props.releaseId);
  const nothing = {
    files: {},
    champion: NONE,
    challenger: NONE,
    tally: emptyTally(props.slices.slices.length),
  };
  const seen = (await store.tryReadJson(key, seenAnswers)) ?? nothing;
  const from = Math.max(props.since.getTime(), props.until.getTime() - LONGEST_WAIT);
  const files = new HourlyFiles(store, { since: new Date(from), until: props.until, kept: seen.files });
  const champion = new IdSample<Answer>(CAPACITY, seen.champion);
  const challenger = new IdSample<Answer>(CAPACITY, seen.challenger);
  await readVariant(props, props.championVariant, champion, files);
  await readVariant(props, props.challengerVariant, challenger, files);
  const pairs = takePairs(champion, challenger);
  const tally = tallyAnswers(seen.tally, pairs.map(rowsOf), props.tolerance);
  for (const waiting of [champion, challenger]) forgetOld(waiting, props.until);
  await store.writeJson(key, { files, champion, challenger, tally });
  const newPairs = pairs.map(({ champion: { id, time, predictions }, challenger: other }) => ({
    id,
    minute: minuteOf(time),
    predictions,
    challenger: other.predictions,
  }));
  return { tally, newPairs };
}

async function readVariant(
  { endpointName, since, slices }: AnswersProps,
  variant: string,
  answers: IdSample<Answer>,
  files: HourlyFiles,
): Promise<void> {
  for await (const { text } of files.unread((hour) => capturePrefix(endpointName, variant, hour))) {
    for (const request of parseCapture(text).requests) {
      const { rows, predictions = [] } = request;
      const time = Date.parse(request.inferenceTime);
      if (time < startOf(since) || predictions.length === 0) continue;
      const identity = identityOf(request);
      const known = answers.get(identity);
      const counted = known?.counted ?? [];
      const id = requestId(request);
      if (known?.predictions.length || counted.includes(id)) continue;
      const answer = {
        time,
        id,
        counted,
        predictions: [...predictions],
        slices: rows.map(slices.indicesOf),
      };
      answers.add(identity, answer);
      answers.replace(identity, answer);
    }
  }
}

/** Capture tells times to the second. */
function startOf(since: Date): number {
  return Math.floor(since.getTime() / 1000) * 1000;
}

function identityOf({ inferenceId, rows }: CapturedRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([inferenceId ?? null, rows]))
    .digest('base64url')
    .slice(0, 22);
}

interface Pair {
  readonly champion: Answer;
  readonly challenger: Answer;
}

/**
 * Takes out of what waits the requests that both have answered; of the champion's, what was counted is
 * remembered.
 */
function takePairs(ofChampion: IdSample<Answer>, ofChallenger: IdSample<Answer>): Pair[] {
  return ofChallenger.entries().flatMap(([identity, challenger]) => {
    const champion = ofChampion.get(identity);
    if (!champion || champion.predictions.length !== challenger.predictions.length) return [];
    const counted = [...champion.counted, champion.id];
    ofChampion.replace(identity, { ...champion, counted, predictions: [], slices: [] });
    ofChallenger.delete(identity);
    return [{ champion, challenger }];
  });
}

function rowsOf({ champion, challenger }: Pair): RowPair[] {
  return champion.predictions.map((answer, row) => ({
    champion: answer,
    challenger: challenger.predictions[row] as number,
    slices: champion.slices[row] ?? [],
  }));
}

function forgetOld(answers: IdSample<Answer>, now: Date): void {
  for (const [id, { time }] of answers.entries()) {
    if (time < now.getTime() - LONGEST_WAIT) answers.delete(id);
  }
}

type Answer = z.infer<typeof answer>;

const answer = z.object({
  time: z.number(),
  /** By which a label refers to its request. */
  id: z.string(),
  /** Requests of the same content that were counted before. */
  counted: z.array(z.string()),
  predictions: z.array(z.number()),
  slices: z.array(z.array(z.int())),
});

const waiting = keptSample(answer);

const NONE: z.infer<typeof waiting> = { halvings: 0, values: [] };

export const seenAnswers = z.object({
  files: keptFiles,
  champion: waiting,
  challenger: waiting,
  tally: answerTally,
});
