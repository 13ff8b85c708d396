import * as z from 'zod/mini';
import { parseDocument } from '../records/document';
import { type Lines, readLines } from '../records/json-lines';
import { numbersIn } from './payload/answer-numbers';
import { payload } from './payload/payload';

/** What was true of the rows of a request, known later than its answer. */
export interface Label {
  /** Of the request: {@link requestId}. */
  readonly id: string;
  /** One for each row of the request. */
  readonly values: readonly number[];
  /** How much each of them counts, such as how many requests it stands for. @default 1 */
  readonly weight?: number;
}

/**
 * Reads JSON lines of labels, in the format of SageMaker's ground truth: `{"groundTruthData": {"data": "1",
 * "encoding": "CSV"}, "eventMetadata": {"eventId": "..."}, "eventVersion": "0"}`. A field `weight` of ours is optional: where labels
 * are known of a sample, one over the probability that the request is in it (D. G. Horvitz and D. J. Thompson,
 * Journal of the American Statistical Association 47 (1952), p. 663).
 */
export function parseGroundTruth(jsonLines: string): Lines<Label> {
  return readLines(jsonLines, (line) => {
    const { groundTruthData, eventMetadata, weight } = parseDocument(groundTruthRecord, line, 'label');
    const values = numbersIn(groundTruthData, 'label');
    if (values.length === 0) throw new Error('label has no value');
    return { id: requestId(eventMetadata), values, ...(weight !== undefined && { weight }) };
  });
}

/** The id by which a request and its label find each other: the caller's own id, if there is one, wins. */
export function requestId({ eventId, inferenceId }: { eventId: string; inferenceId?: string }): string {
  return inferenceId ?? eventId;
}

const id = z.string().check(z.minLength(1));

const groundTruthRecord = z.object({
  groundTruthData: payload,
  eventMetadata: z.object({ eventId: id, inferenceId: z.optional(id) }),
  weight: z.optional(z.number().check(z.gte(0))),
});
