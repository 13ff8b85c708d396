import * as z from 'zod/mini';
import type { ProductionRoute } from '../../contracts/routing';
import { readBelow } from '../aws/read-ahead';
import type { ArtifactStore } from '../aws/store';
import { answersKey, capturePrefix } from '../domain/records/bucket-layout';
import type { Hour } from '../domain/records/hour';
import { IdSample, keptSample } from '../domain/statistics/id-sample';
import { parseCapture } from '../domain/traffic/capture';
import { requestId } from '../domain/traffic/ground-truth';

/** Requests of an hour whose answers are kept: beyond that a share of them is. */
const CAPACITY = 20_000;
/** Bytes of recorded traffic that are read of an hour. */
const BYTES_AN_HOUR = 256 << 20;

/** Answers of the version in production, by the id of the request, one for each row. */
export type Answers = readonly (readonly [id: string, predictions: number[]])[];

/**
 * What a version answered in an hour: once read from the recorded traffic, it is kept, since labels come for
 * days.
 */
export async function readAnswers(
  store: ArtifactStore,
  endpointName: string,
  { modelVersion, variant, since }: Pick<ProductionRoute, 'modelVersion' | 'variant' | 'since'>,
  hour: Hour,
): Promise<Answers> {
  const key = answersKey(modelVersion, hour.path);
  const kept = await store.tryReadJson(key, keptAnswers);
  if (kept) return kept.values;
  const sample = new IdSample<number[]>(CAPACITY);
  const prefix = capturePrefix(endpointName, variant, hour.path);
  for await (const text of readBelow(store, prefix, BYTES_AN_HOUR)) {
    for (const request of parseCapture(text).requests) {
      const { predictions = [], inferenceTime } = request;
      // The variant's former version may have answered earlier in the same hour.
      if (predictions.length === 0 || Date.parse(inferenceTime) < Date.parse(since)) continue;
      sample.add(requestId(request), [...predictions]);
    }
  }
  await store.writeJson(key, sample);
  return sample.entries();
}

const keptAnswers = keptSample(z.array(z.number()));
