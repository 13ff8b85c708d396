import * as z from 'zod/mini';
import type { Row } from '../data/cell';
import { parseDocument } from '../records/document';
import { readLines } from '../records/json-lines';
import { answersOf, scoresPerRow } from './answers';
import { answersIn } from './payload/answer-numbers';
import { type Payload, payload } from './payload/payload';
import { orReject, RejectedRecord } from './payload/rejected-record';
import { rowsIn } from './payload/request-rows';

/** One captured request with its rows. */
export interface CapturedRequest {
  readonly eventId: string;
  /** The caller's own id; ground truth refers to it rather than to `eventId`. */
  readonly inferenceId?: string;
  /** ISO 8601. */
  readonly inferenceTime: string;
  readonly rows: readonly Row[];
  /**
   * The model's answer to each row, of several classes the most likely one; undefined if responses are not
   * captured.
   */
  readonly predictions?: readonly number[];
  /** Of several classes: the probabilities of each row, one row after the other. */
  readonly probabilities?: readonly number[];
}

/** Inference id of the requests of smoke tests, which no caller has sent. */
export const SMOKE_TEST_ID = 'model-pipeline-smoke-test';

export interface Capture {
  /** Without those of smoke tests. */
  readonly requests: readonly CapturedRequest[];
  /** Lines that could not be read. */
  readonly unreadable: number;
  /** What was wrong with the first of them. */
  readonly firstProblem?: string;
}

/**
 * Reads JSON lines of SageMaker data capture: CSV, JSON and base64 of both, one or more rows a record. A line
 * that cannot be read is counted and never fatal.
 */
export function parseCapture(jsonLines: string): Capture {
  const { records, ...problems } = readLines(jsonLines, parseRecord);
  return { requests: records.filter((request) => !isSmokeTest(request)), ...problems };
}

/** Whether the request is no caller's. */
export function isSmokeTest({ inferenceId }: CapturedRequest): boolean {
  return inferenceId === SMOKE_TEST_ID;
}

/**
 * Reads one record, in which every answer is a number.
 *
 * @throws RejectedRecord
 */
export function parseRecord(line: string): CapturedRequest {
  const request = readRecord(line);
  if (request.predictions?.some(Number.isNaN)) {
    throw new RejectedRecord('notNumbers', 'captured output has a value that is not a number');
  }
  return request;
}

/**
 * Reads one record, in which answers may be NaN: the model has answered, but with no finite number.
 *
 * @param rowsOf reads the rows of the request
 * @throws RejectedRecord
 */
export function readRecord(
  line: string,
  rowsOf: (request: Payload) => readonly Row[] = rowsIn,
): CapturedRequest {
  return orReject('record', () => {
    const { captureData, eventMetadata } = parseDocument(captureRecord, line, 'capture record');
    const rows = rowsOf(captureData.endpointInput);
    if (rows.length === 0) throw new RejectedRecord('noRows', 'capture record has no rows');
    return {
      ...eventMetadata,
      rows,
      ...(captureData.endpointOutput &&
        answersTo(rows.length, answersIn(captureData.endpointOutput, 'captured output'))),
    };
  });
}

function answersTo(
  rows: number,
  scores: readonly number[],
): Pick<CapturedRequest, 'predictions' | 'probabilities'> {
  const count = scoresPerRow(scores, rows);
  if (count === undefined) {
    throw new RejectedRecord('answers', `capture record has ${rows} rows and ${scores.length} predictions`);
  }
  return { predictions: answersOf(scores, count), ...(count > 2 && { probabilities: scores }) };
}

const captureRecord = z.object({
  captureData: z.object({ endpointInput: payload, endpointOutput: z.optional(payload) }),
  eventMetadata: z.object({
    eventId: z.string(),
    inferenceId: z.optional(z.string()),
    inferenceTime: z.string(),
  }),
});
