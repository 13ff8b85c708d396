import * as z from 'zod/mini';
import { forEachRecord } from '../aws/parquet-payloads';
import type { ArtifactStore } from '../aws/store';
import type { AnsweringVersion } from '../aws/watched-models/watched-model';
import type { Answer } from '../domain/quality/label-join';
import type { Hour } from '../domain/records/hour';
import { sameItems } from '../domain/records/same-items';
import { IdSample, keptSample } from '../domain/statistics/id-sample';
import { AnswerReader, type RecordedAnswer } from '../domain/traffic/answer-reader';

/** Requests of an hour whose answers are kept: beyond that a share of them is. */
const CAPACITY = 20_000;
/** Bytes of recorded traffic that are read of an hour. */
const BYTES_AN_HOUR = 256 << 20;
/** Probabilities of a row that are kept; of more classes the most likely one is. */
const MOST_PROBABILITIES = 100;
const LONGEST_VALUE = 100;

/** What the answers of an hour are read for. */
export interface AnswersProps {
  readonly store: ArtifactStore;
  readonly model: AnsweringVersion;
  /** Columns of the requests whose values are kept. */
  readonly columns: readonly string[];
  /** Names of a request's columns, in their order. */
  readonly features: readonly string[];
}

/** What a model answered in an hour. */
export interface HourOfAnswers {
  readonly halvings: number;
  readonly answers: readonly (readonly [id: string, answer: Answer])[];
}

/**
 * What a model answered in an hour: once read from the recorded traffic, it is kept, since labels come for
 * days.
 */
export async function readAnswers(props: AnswersProps, hour: Hour): Promise<HourOfAnswers> {
  const { store, model, columns } = props;
  const key = model.answersKey(hour);
  const kept = await store.tryReadJson(key, keptAnswers);
  if (kept?.columns && sameItems(kept.columns, columns)) {
    return { halvings: kept.halvings, answers: kept.values as HourOfAnswers['answers'] };
  }
  const sample = new IdSample<Answer>(CAPACITY);
  const places = columns.map((column) => props.features.indexOf(column));
  const reader = new AnswerReader((id) => sample.holds(id));
  const since = model.since.getTime();
  for await (const { chunks } of model.recorded(hour, BYTES_AN_HOUR)) {
    // Line by line, so that neither an hour nor a file need fit into memory.
    await forEachRecord(chunks, (bytes, start, end) => {
      const found = reader.read(bytes, start, end);
      // The variant's previous version may have answered earlier in the same hour.
      if (found && !(Date.parse(found.inferenceTime) < since)) sample.add(found.id, answerOf(found, places));
    });
  }
  await store.writeJson(key, { columns, ...sample.toJSON() });
  return { halvings: sample.timesHalved, answers: sample.entries() };
}

function answerOf(found: RecordedAnswer, places: readonly number[]): Answer {
  const { predictions, probabilities = [], inferenceTime, rows } = found;
  return {
    time: Date.parse(inferenceTime),
    predictions,
    ...(probabilities.length > 0 &&
      probabilities.length <= rows.length * MOST_PROBABILITIES && { probabilities }),
    ...(places.length > 0 && {
      values: rows.map((row) => places.map((place) => String(row[place] ?? '').slice(0, LONGEST_VALUE))),
    }),
  };
}

const numbers = z.array(z.number());
const answer = z.object({
  time: z.number(),
  predictions: numbers,
  probabilities: z.optional(numbers),
  values: z.optional(z.array(z.array(z.string()))),
});

export const keptAnswers = z.object({
  /** Columns of the requests whose values are kept. An earlier version kept predictions alone. */
  columns: z.optional(z.array(z.string())),
  ...keptSample(z.union([answer, numbers])).shape,
});
