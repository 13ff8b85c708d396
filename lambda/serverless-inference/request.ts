import * as z from 'zod/mini';
import { checkDocument, parseDocument } from '../domain/records/document';
import { InvalidRowsError } from './onnx-model';

export type Rows = readonly (readonly number[])[];

/** What is asked. */
export interface Question {
  readonly rows: Rows;
  /**
   * The caller's own id of the request: labels refer to it, and the same id is answered by the same version.
   */
  readonly inferenceId?: string;
  /** The release whose candidate is to answer, whatever its share of the requests. */
  readonly releaseId?: string;
}

/** Whether an event is an HTTP request, as function URLs and API Gateway send them. */
export function isHttp(event: unknown): event is HttpEvent {
  return httpEvent.safeParse(event).success;
}

/**
 * Question of an event: `{"rows": [[...], ...]}` or `{"instances": [[...], ...]}`, with an `inferenceId` or
 * without, itself or as the body of an HTTP request. Only by itself it may name a `releaseId`: callers of a
 * URL do not choose who answers them.
 *
 * @throws InvalidRowsError if it has no rows, or a cell is not a finite number
 */
export function questionOf(event: unknown): Question {
  try {
    const { rows, instances, inferenceId, releaseId } = isHttp(event)
      ? { ...parseDocument(question, bodyOf(event), 'body'), releaseId: undefined }
      : checkDocument(directQuestion, event, 'event');
    const count = (rows ?? instances)?.length;
    if (count === undefined) throw new Error('there are neither rows nor instances');
    if (count > MOST_ROWS) {
      throw new Error(`${count} rows, but an answer holds the predictions of ${MOST_ROWS} at most`);
    }
    return {
      rows: (rows ?? instances) as Rows,
      ...(inferenceId !== undefined && { inferenceId }),
      ...(releaseId !== undefined && { releaseId }),
    };
  } catch (error) {
    throw new InvalidRowsError(
      `${(error as Error).message}; send {"rows": [[1, 2], [3, 4]]}, one number a feature`,
    );
  }
}

/**
 * Rows whose answer Lambda takes: of its 6 MB
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html) a number takes 25 bytes at most,
 * as in `-1.2345678901234567e-10,`, and what else is in the answer a thousand.
 */
const MOST_ROWS = Math.floor((6 * 1_048_576 - 1000) / 25);

type HttpEvent = z.infer<typeof httpEvent>;

const httpEvent = z.object({ body: z.string(), isBase64Encoded: z.optional(z.boolean()) });
export const rowList = z.array(z.array(z.number())).check(z.minLength(1));
const question = z.object({
  rows: z.optional(rowList),
  instances: z.optional(rowList),
  inferenceId: z.optional(z.string()),
});
const directQuestion = z.extend(question, { releaseId: z.optional(z.string()) });

function bodyOf({ body, isBase64Encoded }: HttpEvent): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
