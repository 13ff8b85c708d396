import * as z from 'zod/mini';
import { textOf } from '../aws/recorded-files';
import type { ArtifactStore } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import type { Hour } from '../domain/records/hour';
import { IdSample, keptSample } from '../domain/statistics/id-sample';
import { parseCapture } from '../domain/traffic/capture';
import { requestId } from '../domain/traffic/ground-truth';

/** Requests of an hour whose answers are kept: beyond that a share of them is. */
const CAPACITY = 20_000;
/** Bytes of recorded traffic that are read of an hour. */
const BYTES_AN_HOUR = 256 << 20;

/** Answers of a model, by the id of the request, one for each row. */
export type Answers = readonly (readonly [id: string, predictions: number[]])[];

/**
 * What a model answered in an hour: once read from the recorded traffic, it is kept, since labels come for
 * days.
 */
export async function readAnswers(store: ArtifactStore, model: WatchedModel, hour: Hour): Promise<Answers> {
  const key = model.answersKey(hour);
  const kept = await store.tryReadJson(key, keptAnswers);
  if (kept) return kept.values;
  const sample = new IdSample<number[]>(CAPACITY);
  for await (const file of model.recorded(hour, BYTES_AN_HOUR)) {
    for (const request of parseCapture(await textOf(file)).requests) {
      const { predictions = [], inferenceTime } = request;
      // The variant's previous version may have answered earlier in the same hour.
      if (predictions.length === 0 || Date.parse(inferenceTime) < model.since.getTime()) continue;
      sample.add(requestId(request), [...predictions]);
    }
  }
  await store.writeJson(key, sample);
  return sample.entries();
}

export const keptAnswers = keptSample(z.array(z.number()));
