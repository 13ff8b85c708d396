import * as z from 'zod/mini';
import { checkDocument, parseDocument } from '../domain/document';
import { InvalidRowsError } from './onnx-model';

export type Rows = readonly (readonly number[])[];

/** Whether an event is an HTTP request, as function URLs and API Gateway send them. */
export function isHttp(event: unknown): event is HttpEvent {
  return httpEvent.safeParse(event).success;
}

/**
 * Rows of an event: `{"rows": [[...], ...]}` or `{"instances": [[...], ...]}`, itself or as the body of an HTTP request.
 *
 * @throws InvalidRowsError if it has none, or a cell is not a finite number
 */
export function rowsOf(event: unknown): Rows {
  try {
    const { rows, instances } = isHttp(event)
      ? parseDocument(question, bodyOf(event), 'body')
      : checkDocument(question, event, 'event');
    if (!rows && !instances) throw new Error('there are neither rows nor instances');
    return (rows ?? instances) as Rows;
  } catch (error) {
    throw new InvalidRowsError(
      `${(error as Error).message}; send {"rows": [[1, 2], [3, 4]]}, one number a feature`,
    );
  }
}

type HttpEvent = z.infer<typeof httpEvent>;

const httpEvent = z.object({ body: z.string(), isBase64Encoded: z.optional(z.boolean()) });
const rowList = z.array(z.array(z.number())).check(z.minLength(1));
const question = z.object({ rows: z.optional(rowList), instances: z.optional(rowList) });

function bodyOf({ body, isBase64Encoded }: HttpEvent): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
