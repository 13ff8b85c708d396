import * as z from 'zod/mini';
import { checkDocument, parseDocument } from '../domain/records/document';
import { namedRecord } from '../domain/records/named-record';
import type { Question } from '../inference/question';
import { InvalidRowsError, type RequestCell, type RequestRow, type Rows } from '../inference/rows';

/** Whether an event is an HTTP request, as function URLs and API Gateway send them. */
export function isHttp(event: unknown): event is HttpEvent {
  return httpEvent.safeParse(event).success;
}

/**
 * Question of an event: `{"rows": [...]}` or `{"instances": [...]}`, each row a list of its cells or an object
 * of them by column, or `{"inputs": {...}}` with a list for each column; with an `inferenceId` or without; by
 * itself, or as the body of an HTTP request. Only by itself it may name a `releaseId`: callers of a URL do not
 * choose who answers them.
 *
 * @throws InvalidRowsError if it has no rows
 */
export function questionOf(event: unknown): Question {
  try {
    const { rows, instances, inputs, inferenceId, releaseId } = isHttp(event)
      ? { ...parseDocument(question, bodyOf(event), 'body'), releaseId: undefined }
      : checkDocument(directQuestion, event, 'event');
    const found = rows ?? instances ?? (inputs && rowsOfColumns(inputs));
    if (!found) throw new Error('there are neither rows nor instances nor inputs');
    return {
      rows: found,
      ...(inferenceId !== undefined && { inferenceId }),
      ...(releaseId !== undefined && { releaseId }),
    };
  } catch (error) {
    throw new InvalidRowsError(
      `${(error as Error).message}; send {"rows": [[1, 2], [3, 4]]}, one cell a feature, or {"rows": [{"age": 1}, {"age": 3}]}`,
    );
  }
}

function rowsOfColumns(columns: Readonly<Record<string, readonly RequestCell[]>>): Rows {
  const [[first, cells] = ['', []], ...others] = Object.entries(columns);
  const other = others.find(([, { length }]) => length !== cells.length);
  if (other) {
    throw new Error(
      `inputs.${first} has ${cells.length} cells, but inputs.${other[0]} has ${other[1].length}: give each column one cell a row`,
    );
  }
  if (cells.length === 0) throw new Error('inputs has no columns with cells');
  const names = Object.keys(columns);
  return cells.map((_, row) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[row] as RequestCell])),
  );
}

type HttpEvent = z.infer<typeof httpEvent>;

const httpEvent = z.object({ body: z.string(), isBase64Encoded: z.optional(z.boolean()) });
// What cells are is for the model to judge, whose columns have types.
const row = z.custom<RequestRow>((value) => typeof value === 'object' && value !== null, 'expected a row');
export const rowList = z.array(row).check(z.minLength(1));
const cells = z.custom<readonly RequestCell[]>(Array.isArray, 'expected an array of cells');
const question = z.object({
  rows: z.optional(rowList),
  instances: z.optional(rowList),
  inputs: z.optional(namedRecord(cells)),
  inferenceId: z.optional(z.string()),
});
const directQuestion = z.extend(question, { releaseId: z.optional(z.string()) });

function bodyOf({ body, isBase64Encoded }: HttpEvent): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
